import Foundation
import Leads
import Postgres
import Statistics

/// Drift alarms in run.json: the number of properties evaluated, and the unusual ones.
package struct DriftAlarmFigures: Codable, Sendable, Equatable {
  /// One unusual property.
  package struct Standout: Codable, Sendable, Equatable {
    @CanonicalUUID package var propertyID: UUID
    package var leads: Int
    package var drifted: Int
    package var expectedRate: Double?
    package var qValue: Double?
    package var cusum: Double?
    /// `jump` or `leak`.
    package var verdict: String

    package enum CodingKeys: String, CodingKey {
      case propertyID = "property_id"
      case leads, drifted, cusum, verdict
      case expectedRate = "expected_rate"
      case qValue = "q_value"
    }
  }

  package var judged = 0
  /// Properties with fewer than 14 earlier nights.
  package var insufficientHistory = 0
  package var alarms: [Standout] = []

  package enum CodingKeys: String, CodingKey {
    case judged, alarms
    case insufficientHistory = "insufficient_history"
  }
}

/// `drift_alarm`: each property's drift of one run, compared with its own history.
package struct DriftAlarms: Sendable {
  package let connection: PostgresConnection

  package init(connection: PostgresConnection) {
    self.connection = connection
  }

  /// Evaluates the properties of a run that were read completely, and stores the results.
  package func evaluate(_ run: UUID, asOf: Instant) async throws -> DriftAlarmFigures {
    let nights = try await connection.query(SQL(file: PackageResources.drift_nights_sql, run))
      .map { try PropertyNights($0) }
    let alarms = DriftAlarm.evaluate(nights.map { ($0.history, $0.tonight) })
    let rows = zip(nights, alarms).map { property, alarm in
      Stored(property, alarm, run: run, asOf: asOf)
    }
    _ = try await connection.execute(
      SQL(file: PackageResources.drift_alarm_insert_sql, JSONText(try JSON.encode(rows))))
    return DriftAlarmFigures(
      judged: alarms.count,
      insufficientHistory: alarms.count { $0.verdict == .insufficientHistory },
      alarms: rows.filter { $0.isStandout }.map(\.standout))
  }

  private struct PropertyNights {
    var id: UUID
    var name: String?
    var tonight: DriftAlarm.Sample
    var history: [DriftAlarm.Sample]

    init(_ row: Row) throws {
      id = try row["property_id"]
      name = try row["property_name"]
      tonight = DriftAlarm.Sample(leads: try row["leads"], drifted: try row["drifted"])
      let leads: [Int] = try row["history_leads"]
      let drifted: [Int] = try row["history_drifted"]
      history = zip(leads, drifted).map { DriftAlarm.Sample(leads: $0, drifted: $1) }
    }
  }

  /// A row of the table.
  private struct Stored: Encodable {
    var run_id: UUID
    var property_id: UUID
    var property_name: String?
    var as_of: String
    var leads: Int
    var drifted: Int
    var rate: Double?
    var nights: Int
    var expected_rate: Double?
    var p_value: Double?
    var q_value: Double?
    var cusum: Double?
    var verdict: DriftAlarm.Verdict

    init(_ property: PropertyNights, _ alarm: DriftAlarm, run: UUID, asOf: Instant) {
      run_id = run
      property_id = property.id
      property_name = property.name
      as_of = asOf.iso8601
      leads = alarm.tonight.leads
      drifted = alarm.tonight.drifted
      rate = leads > 0 ? Double(drifted) / Double(leads) : nil
      nights = alarm.nights
      expected_rate = alarm.expectedRate
      p_value = alarm.pValue
      q_value = alarm.qValue
      cusum = alarm.cusum
      verdict = alarm.verdict
    }

    var isStandout: Bool { verdict == .jump || verdict == .leak }

    var standout: DriftAlarmFigures.Standout {
      DriftAlarmFigures.Standout(
        propertyID: property_id, leads: leads, drifted: drifted, expectedRate: expected_rate,
        qValue: q_value, cusum: cusum, verdict: verdict.rawValue)
    }
  }
}
