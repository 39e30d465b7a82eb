import Foundation

/// A limit that somebody set for a figure, in the configuration.
package struct Target: Sendable, Equatable {
  /// What it is about.
  package enum Place: Sendable, Equatable {
    case portfolio
    /// Each property by itself.
    case each
    case property(UUID)
  }

  /// How far the figure may go.
  package struct Limit: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
      case atLeast = "at_least"
      case atMost = "at_most"
      /// Missed where the figure is lower than its baseline by at least so many per cent of it.
      case fallsPercent = "falls_percent"
      /// Missed where it is higher by at least so many per cent.
      case risesPercent = "rises_percent"

      /// Whether the limit is in per cent of a baseline.
      package var isPercent: Bool { self == .fallsPercent || self == .risesPercent }
    }

    package var kind: Kind
    /// In the figure's unit, or in per cent.
    package var value: Double

    package init(_ kind: Kind, _ value: Double) {
      self.kind = kind
      self.value = value
    }
  }

  /// The figures that take a status, by table and column.
  package static let byStatus = [
    "funnel.step_rate", "funnel.overall_rate", "conversion.rate",
    "time_in_status.km_median_seconds",
  ]

  /// The named figures of performance.csv that can have a target.
  package static let named = [
    "total_status_changes", "creations", "noop", "failed", "pending", "average_response_time",
    "median_response_time", "average_response_time_chatbot", "average_response_time_staff",
    "km_median_response_time", "response_within_5m", "response_within_1h", "response_within_24h",
    "response_within_1h_office_hours", "response_within_1h_other_hours",
    "lead_total_seconds_new", "lead_total_seconds_contacted", "lead_total_seconds_qualified",
    "lead_total_seconds_tour_scheduled", "lead_total_seconds_application",
    "status_update_accuracy", "accuracy_synced", "accuracy_legal", "accuracy_continuous",
    "accuracy_uncorrected", "agreement_before", "agreement_after", "sync_latency_p50",
    "sync_latency_p95", "sync_latency_p99", "sync_within_10s", "sync_success_rate",
    "sync_first_attempt_rate", "notification_delivery_rate", "notification_first_attempt_rate",
    "workflow_trigger_rate", "workflow_matched_share", "workflow_action_success",
  ]

  /// As the configuration calls it.
  package var name: String
  /// One of `named` or of `byStatus`.
  package var figure: String
  /// Of a figure of `byStatus`; nil else.
  package var status: Status?
  package var place: Place
  package var limit: Limit
  /// With a smaller denominator there is no verdict.
  package var minN: Int
  /// It has to be missed in each of so many weeks.
  package var weeks: Int

  package init(
    name: String, figure: String, status: Status? = nil, place: Place = .portfolio, limit: Limit,
    minN: Int = 20, weeks: Int = 1
  ) {
    self.name = name
    self.figure = figure
    self.status = status
    self.place = place
    self.limit = limit
    self.minN = minN
    self.weeks = weeks
  }
}
