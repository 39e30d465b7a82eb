import Foundation
import Leads
import Messaging
import Postgres
import Reports
import Settings
import Store

extension NightlyJob {
  /// Puts the report into the outbox for everybody that `reports.recipients` names. A night that is run again on the same
  /// day, or in the same week, tells nobody twice.
  func tell(_ report: ReportSummary, run: UUID) async throws {
    let recipients = settings.reports.recipients
    guard !recipients.isEmpty else { return }
    let outbox = ReportOutbox(connection)
    let properties = try await connection.query(
      SQL(file: PackageResources.report_properties_sql, startedAt.iso8601))
    for period in ReportRecipients.Period.allCases {
      guard let time = ReportTime(report.day, period) else { continue }
      try await tell(
        recipients.portfolio[period] ?? [], of: nil, time, report, run: run, by: outbox)
      guard let names = recipients.property[period], !names.isEmpty else { continue }
      for row in properties {
        try await tell(
          names, of: (id: try row["property_id"], name: try row["property_name"]), time, report,
          run: run, by: outbox)
      }
    }
  }

  private func tell(
    _ names: [String], of property: (id: UUID, name: String?)?, _ time: ReportTime,
    _ report: ReportSummary, run: UUID, by outbox: ReportOutbox
  ) async throws {
    guard !names.isEmpty else { return }
    let mailboxes = try await outbox.mailboxes(of: names, property: property?.id)
    guard !mailboxes.isEmpty else { return }
    // The night is that of all properties, and so is the workbook.
    let digest = try await Report(connection, settings: settings.reports).digest(
      asOf: startedAt, runID: property == nil ? run : nil, property: property,
      link: report.link(under: settings.reports.linkBase, of: property))
    let about = property.map { "property/\($0.id.uuidString.lowercased())" } ?? "portfolio"
    _ = try await outbox.enqueue(
      ReportMessage(
        key: "\(time.key)/\(about)", template: "report_\(time.period.rawValue)",
        propertyID: property?.id, subject: digest.subject, text: digest.text, html: digest.html,
        slack: digest.slack,
        attachment: property == nil && settings.reports.attachWorkbook ? report.workbook : nil),
      to: mailboxes)
  }
}

/// The day or the week that a report is told for.
struct ReportTime: Sendable, Equatable {
  var period: ReportRecipients.Period
  /// `nightly/2026-11-29`, `weekly/2026-W48`.
  var key: String

  /// - Parameter day: `2026-11-29`; nil for anything else.
  init?(_ day: String, _ period: ReportRecipients.Period) {
    let parts = day.split(separator: "-").compactMap { Int64($0) }
    guard parts.count == 3 else { return nil }
    self.period = period
    switch period {
    case .nightly: key = "nightly/\(day)"
    case .weekly:
      let week = CivilDate(year: parts[0], month: parts[1], day: parts[2]).isoWeek
      key = "weekly/\(week.year)-W\(week.week < 10 ? "0" : "")\(week.week)"
    }
  }
}
