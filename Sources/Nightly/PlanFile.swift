import Changes
import Crypto
import Foundation
import Leads
import Postgres
import Store

/// A plan as `status-sync plan` prints and saves it, and `status-sync apply` takes it.
package struct PlanFile: Codable, Sendable, Equatable {
  /// The form of this file.
  package var version = 1
  /// When the leads were seen, ISO 8601.
  package var asOf: String
  /// SHA-256 over everything in the rows that determines a write, as `plan_digest.sql` computes it.
  package var digest: String
  package var pulled: Int
  package var verdicts: [String: Int]
  package var planned: Int
  package var incomplete: [IncompletePull]
  /// Faults of elements of ResMan's list of properties; null in older files.
  package var propertyFaults: [String]?
  /// What the limits would hold back; null in older files.
  package var guards: [HeldCohort]?
  /// Sizes of the canary batches in each direction; null where all repairs are written at once.
  package var canary: [String: [Int]]?
  package var leads: [PlannedLead]

  package enum CodingKeys: String, CodingKey {
    case version, digest, pulled, verdicts, planned, incomplete, guards, canary, leads
    case asOf = "as_of"
    case propertyFaults = "property_faults"
  }

  /// Reads the staged plan and checks it against the limits.
  package static func read(
    _ connection: PostgresConnection, summary: RunSummary, limits: GuardLimits,
    population: [UUID: Int]
  ) async throws -> PlanFile {
    let cohorts = try await PlanTable(connection: connection).cohorts()
    let holds = Guard(limits: limits).evaluated(cohorts, population: population)
    let leads = try await connection.stagedPlan()
    return PlanFile(
      asOf: summary.asOf, digest: summary.digests["plan"] ?? "", pulled: summary.pulled,
      verdicts: summary.verdicts, planned: summary.planned,
      incomplete: summary.pull?.incomplete ?? [], propertyFaults: summary.pull?.propertyFaults,
      guards: holds.map(\.cohort),
      canary: canary(cohorts, holds), leads: leads)
  }

  /// True where something of either system could not be read.
  package var isPartial: Bool { !incomplete.isEmpty || propertyFaults?.isEmpty == false }

  /// The canary batches of the repairs that no limit holds.
  private static func canary(_ cohorts: [DriftCohort], _ holds: [Guard.Hold]) -> [String: [Int]]? {
    var repairs: [String: Int] = [:]
    for cohort in cohorts {
      let isHeld = holds.contains { hold in
        hold.action == cohort.action
          && (hold.terminalOnly ? cohort.isTerminal : hold.property == cohort.propertyID)
      }
      guard !isHeld else { continue }
      let direction: Direction = cohort.action == .push ? .toResMan : .fromResMan
      repairs[direction.rawValue, default: 0] += cohort.repairs
    }
    let batches = repairs.mapValues { Canary.batches(of: $0) }.filter { $0.value.count > 1 }
    return batches.isEmpty ? nil : batches
  }

  /// Reads a saved file.
  /// - Parameter lenses: what the two systems can tell apart.
  /// - Throws: `PlanFileError` where it is not a plan of this form.
  package static func load(_ data: Data, lenses: Lenses = .identity) throws -> PlanFile {
    let file: PlanFile
    do {
      file = try JSON.decode(data, as: PlanFile.self)
    } catch {
      throw PlanFileError.unreadable
    }
    guard file.version == 1 else { throw PlanFileError.version(file.version) }
    let repeated = Dictionary(grouping: file.leads, by: \.resmanLeadID).first { $0.value.count > 1 }
    if let repeated { throw PlanFileError.repeated(repeated.key) }
    if let illegal = file.leads.first(where: { !$0.isLegal(lenses) }) {
      throw PlanFileError.illegal(illegal.resmanLeadID)
    }
    // A plan has no outcomes yet, except for leads that wait for a person or are only read.
    guard digest(of: file.leads) == file.digest,
      file.leads.allSatisfy({ $0.outcome == nil || $0.hasStandingOutcome })
    else { throw PlanFileError.changed }
    return file
  }

  /// The digest of a plan's rows, whatever their order; the same as `plan_digest.sql`.
  package static func digest(of leads: [PlannedLead]) -> String {
    let rows = leads.sorted { $0.resmanLeadID.utf8.lexicographicallyPrecedes($1.resmanLeadID.utf8) }
    var whole = SHA256()
    for lead in rows {
      SHA256.hash(data: Array(lead.steering.utf8)).withUnsafeBytes {
        whole.update(bufferPointer: $0)
      }
    }
    return whole.finalize().hexadecimal
  }

  /// The file's bytes; the same plan gives the same bytes.
  package func data() throws -> Data {
    Data(try JSON.encode(self).utf8) + Data("\n".utf8)
  }
}

/// Why a saved plan is not taken.
package enum PlanFileError: Error, CustomStringConvertible {
  case unreadable
  case version(Int)
  case repeated(String)
  case illegal(String)
  case changed

  package var description: String {
    switch self {
    case .unreadable: "the file is not a plan that `status-sync plan --out` wrote"
    case .version(let version): "the plan has form \(version), this program reads form 1"
    case .repeated(let lead): "the plan names the lead \(lead) twice"
    case .illegal(let lead): "the plan would push the lead \(lead) against the transition rules"
    case .changed:
      "the plan was changed after it was saved: its leads do not give its digest; make it again with "
        + "`status-sync plan --out`"
    }
  }
}

extension PlannedLead {
  /// What determines the writes of this lead, in one line.
  fileprivate var steering: String {
    [
      resmanLeadID, propertyID?.uuidString.lowercased(), conversationID?.uuidString.lowercased(),
      base?.rawValue, domiqRaw, domiq?.rawValue, resmanRaw, resman?.rawValue, verdict.rawValue,
      String(rule), action.rawValue,
      target?.rawValue, hops.map(\.rawValue).joined(separator: ">"),
      irregular ? "irregular" : nil, hasStandingOutcome ? outcome?.rawValue : nil,
      domiqVersion, resmanVersion,
    ].map { $0 ?? "" }.joined(separator: "|")
  }

  /// The plan itself gave the outcome: the lead waits for a person, or its system is only read.
  fileprivate var hasStandingOutcome: Bool { outcome == .parked || outcome == .notWritten }

  /// The same lead with what may be written of it: all of it, nothing, or nothing until a person has done something.
  /// - Parameter ground: what DomIQ holds of it; nil: not asked yet.
  func ruled(_ writing: Writing, ground: WriteGround?) -> PlannedLead {
    switch writing.ruling(of: change, ground: ground) {
    case .write: return self
    case .notWritten(let refusal): return notWritten(refusal)
    case .nothing: return left(with: "The system shows it already.")
    case .person(let sentence): return left(with: sentence)
    }
  }

  /// The same lead as a question for a person: nothing is written, and nothing is logged.
  private func left(with sentence: String) -> PlannedLead {
    var lead = self
    lead.action = .review
    lead.target = nil
    lead.hops = []
    lead.reason = [reason, sentence].compactMap { $0 }.joined(separator: " ")
    return lead
  }

  /// The same lead where nothing is written.
  /// - Parameter refusal: why, without a full stop.
  func notWritten(_ refusal: String) -> PlannedLead {
    var lead = self
    lead.outcome = .notWritten
    lead.reason = [reason, "Not written: \(refusal)."].compactMap { $0 }.joined(separator: " ")
    return lead
  }

  /// A push has legal steps from ResMan's status to what ResMan can show of the target; a pull has a target.
  func isLegal(_ lenses: Lenses) -> Bool {
    switch action {
    case .none, .log, .review: return true
    case .pull: return target != nil
    case .push:
      guard let resman, let target, let last = hops.last, last == lenses.resman.shown(target)
      else { return false }
      return zip([resman] + hops, hops).allSatisfy { $0.allows($1) }
    }
  }
}

extension PlanFileError: CodedError {
  package var errorCode: ErrorCode { .planFile }
}
