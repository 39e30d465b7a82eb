import Foundation

import Outputs

/// `semantic_models.yml` for MetricFlow: days, funnel steps and leads, with the metrics built on them.
extension DbtFiles {
  /// One semantic model over one model of `reports/dbt`.
  private struct Model {
    var name: String
    var file: OutputFile
    /// What tells rows apart.
    var key: String
    var time: String
    var categories: [String]
    /// Columns that are added up.
    var sums: [String]
    /// Columns of times, of which it counts that they are there.
    var events: [String] = []
  }

  private struct Metric {
    var name: String
    var words: String
    var parts: Parts
  }

  private enum Parts {
    case measure(String, filter: String? = nil)
    /// One metric by another.
    case ratio(String, filter: String? = nil, by: String, baseFilter: String? = nil)
  }

  private static let models = [
    Model(
      name: "changes_by_day", file: DataDictionary.daily,
      key: "jsonb_build_array(property_id, day, direction, updated_by)::text", time: "day",
      categories: ["direction", "updated_by", "property_name"],
      sums: ["changes", "creations", "failed"]),
    Model(
      name: "funnel_step", file: DataDictionary.funnel,
      key: "jsonb_build_array(property_id, step_order)::text", time: "as_of",
      categories: ["status", "property_name"],
      sums: ["reached", "visited", "skipped", "lost", "open"]),
    Model(
      name: "lead", file: DataDictionary.leads, key: "resman_lead_id", time: "created_at",
      categories: ["status", "is_whole"], sums: [],
      events: ["contacted_at", "qualified_at", "tour_scheduled_at", "application_at", "leased_at"]),
  ]

  private static let metrics = [
    Metric(
      name: "status_changes", words: "Effective changes, creations apart, by local day.",
      parts: .measure("changes_by_day_changes")),
    Metric(
      name: "failed_changes",
      words: "Changes that could not be carried to the other system, by local day.",
      parts: .measure("changes_by_day_failed")),
    Metric(
      name: "funnel_reached",
      words:
        "Leads created in the window whose highest rank is at least the step; take one step at a time.",
      parts: .measure("funnel_step_reached")),
    Metric(
      name: "leased_share",
      words: "Leads of the window that reached leased, of those created in it, leads of every age.",
      parts: .ratio(
        "funnel_reached", filter: "{{ Dimension('funnel_step__status') }} = 'leased'",
        by: "funnel_reached", baseFilter: "{{ Dimension('funnel_step__status') }} = 'new'")),
    Metric(
      name: "new_leads", words: "Leads known from their creation, by the day of it.",
      parts: .measure("lead_count", filter: "{{ Dimension('lead__is_whole') }}")),
    Metric(
      name: "leased_leads", words: "Of them those that were leased by as_of.",
      parts: .measure("lead_leased_at", filter: "{{ Dimension('lead__is_whole') }}")),
    Metric(
      name: "lead_to_lease",
      words:
        "Share of the leads created in a period that were leased by as_of; young periods still rise.",
      parts: .ratio("leased_leads", by: "new_leads")),
  ]

  static var semanticModels: String {
    let head = "# Generated from the data dictionary; a test holds it equal. See docs/metrics.md.\n"
    return head + "semantic_models:\n" + models.map(semanticModel).joined(separator: "\n\n")
      + "\n\nmetrics:\n" + metrics.map(metric).joined(separator: "\n\n") + "\n"
  }

  /// MetricFlow keeps `day` for itself.
  private static func name(of time: String) -> String { time == "day" ? "local_day" : time }

  private static func semanticModel(_ model: Model) -> String {
    func words(_ column: String) -> String {
      text(model.file.columns.first { $0.name == column }?.description ?? "")
    }
    var lines = [
      "  - name: \(model.name)", "    model: ref('status_sync_\(model.name)')",
      "    description: \(text(model.file.grain))",
      "    defaults:", "      agg_time_dimension: \(name(of: model.time))",
      "    entities:",
      "      - name: \(model.name)", "        type: primary", "        expr: \(model.key)",
      "      - name: property", "        type: foreign", "        expr: property_id",
      "    dimensions:",
      "      - name: \(name(of: model.time))", "        description: \(words(model.time))",
      "        expr: \(model.time)", "        type: time", "        type_params:",
      "          time_granularity: day",
    ]
    for name in model.categories {
      lines += [
        "      - name: \(name)", "        description: \(words(name))", "        type: categorical",
      ]
    }
    lines.append("    measures:")
    if !model.events.isEmpty {
      lines += [
        "      - name: \(model.name)_count", "        description: \(text(model.file.grain))",
        "        agg: sum", "        expr: \"1\"",
      ]
    }
    for name in model.sums {
      lines += [
        "      - name: \(model.name)_\(name)", "        description: \(words(name))",
        "        agg: sum", "        expr: \(name)",
      ]
    }
    for name in model.events {
      lines += [
        "      - name: \(model.name)_\(name)", "        description: \(words(name))",
        "        agg: sum_boolean", "        expr: \(name) is not null",
      ]
    }
    return lines.joined(separator: "\n")
  }

  private static func metric(_ metric: Metric) -> String {
    func input(_ key: String, _ name: String, _ filter: String?) -> [String] {
      ["      \(key):", "        name: \(name)"]
        + (filter.map { ["        filter: \(text($0))"] } ?? [])
    }
    let (type, inputs) =
      switch metric.parts {
      case .measure(let name, let filter): ("simple", input("measure", name, filter))
      case .ratio(let upper, let upperFilter, let lower, let lowerFilter):
        (
          "ratio",
          input("numerator", upper, upperFilter) + input("denominator", lower, lowerFilter)
        )
      }
    let lines = [
      "  - name: \(metric.name)", "    label: \(metric.name)",
      "    description: \(text(metric.words))", "    type: \(type)", "    type_params:",
    ]
    return (lines + inputs).joined(separator: "\n")
  }
}
