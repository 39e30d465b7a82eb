import Foundation
import Leads

/// What both systems held when they last agreed, as far as the log knows.
struct Agreement: Sendable {
  /// `updated_at` of each side with it, microseconds since 1970 UTC.
  var domiqAt: Int64
  var resmanAt: Int64
}

/// The log of one lead, as StatusSync would have written it.
struct LogWriter: Sendable {
  /// Rows of changes before this moment are not written: the log began then.
  var beginning: Int64
  var leadID: String
  var conversationID: UUID?
  var propertyID: UUID

  /// Rows of the steps, and with each step the versions both sides had after it. Before the log
  /// began nothing is written, but the last step always is.
  func write(
    _ lifecycle: LeadLifecycle, _ random: inout SplitMix
  ) -> (rows: [World.LogRow], agreements: [Agreement]) {
    var rows: [World.LogRow] = []
    var agreements: [Agreement] = []
    for (index, step) in lifecycle.steps.enumerated() {
      let isLast = index == lifecycle.steps.count - 1
      let room = isLast ? Int64.max : (lifecycle.steps[index + 1].at - step.at) / 2
      let isFailedFirst = step.by == .chatbot && random.chance(0.015)
      let written = step.at + min(isFailedFirst ? 300 * LifecycleModel.second : 200_000, room / 2)
      let synced = max(written, step.at + min(latency(&random), room))
      let agreement =
        step.by == .chatbot
        ? Agreement(domiqAt: step.at, resmanAt: synced)
        : Agreement(domiqAt: synced, resmanAt: step.at)
      agreements.append(agreement)
      guard step.at >= beginning || isLast else { continue }
      if isFailedFirst { rows.append(failed(step, &random)) }
      rows.append(success(step, written: written, synced: synced, agreement, &random))
    }
    return (rows, agreements)
  }

  /// Seconds mostly; some had to wait for a night.
  private func latency(_ random: inout SplitMix) -> Int64 {
    if random.chance(0.02) { return Int64(random.unit() * Double(14 * LifecycleModel.hour)) }
    let seconds = random.lognormal(median: 1.8, deviation: 0.7)
    return Int64(seconds * Double(LifecycleModel.second))
  }

  private func success(
    _ step: LeadLifecycle.Step, written: Int64, synced: Int64, _ agreement: Agreement,
    _ random: inout SplitMix
  ) -> World.LogRow {
    var row = row(step, written: written, &random)
    row.syncStatus = "success"
    row.syncedAt = synced
    row.attempts = random.chance(0.04) ? 2 : 1
    row.domiqVersion = domiqVersion(agreement.domiqAt)
    row.resmanVersion = resmanVersion(agreement.resmanAt)
    row.irregular = step.isIrregular
    return row
  }

  private func failed(_ step: LeadLifecycle.Step, _ random: inout SplitMix) -> World.LogRow {
    var row = row(step, written: step.at + 50_000, &random)
    row.syncStatus = "failed"
    row.attempts = 3
    row.failure = random.choice(
      [("http_503", 4), ("timeout", 3), ("deferred", 2), ("unknown", 1)], else: "timeout")
    return row
  }

  private func row(
    _ step: LeadLifecycle.Step, written: Int64, _ random: inout SplitMix
  ) -> World.LogRow {
    World.LogRow(
      id: random.uuid(), conversationID: conversationID, resmanLeadID: leadID,
      oldStatus: step.from, newStatus: step.to, statusReason: Self.reason(step),
      updatedBy: step.by.rawValue,
      syncDirection: (step.by == .chatbot ? Direction.toResMan : .fromResMan).rawValue,
      syncStatus: "pending",
      contextData: step.by == .chatbot && random.chance(0.3) ? context(&random) : nil,
      createdAt: written, propertyID: propertyID, occurredAt: step.at, syncedAt: nil, attempts: 0,
      resmanVersion: nil, domiqVersion: nil)
  }

  private func context(_ random: inout SplitMix) -> String {
    let summary = random.choice(
      [
        ("Asked about two-bedroom floor plans.", 3.0), ("Has a dog; asked about pet rent.", 2),
        ("Needs to move in by the end of the month.", 2), ("Compares prices nearby.", 1),
      ], else: "Asked about availability.")
    let urgency = random.choice([("low", 2.0), ("medium", 3), ("high", 1)], else: "medium")
    return #"{"conversation_summary":"\#(summary)","urgency_level":"\#(urgency)"}"#
  }

  /// What people write beside a change.
  static func reason(_ step: LeadLifecycle.Step) -> String? {
    if step.isIrregular {
      return step.by == .resmanUser ? "Set back by staff" : "Prospect came back"
    }
    switch (step.by, step.to) {
    case (.chatbot, .new): return "First message"
    case (.chatbot, .contacted): return "Prospect answered"
    case (.chatbot, .qualified): return "Budget and move-in date fit"
    case (.chatbot, .tourScheduled): return "Tour booked in chat"
    case (.chatbot, .application): return "Application link opened"
    case (.chatbot, .lost): return "Prospect declined"
    case (.resmanUser, .lost): return "No longer looking"
    case (.resmanUser, .leased), (.chatbot, .leased): return "Lease signed"
    case (.resmanUser, _), (.system, _): return nil
    }
  }
}
