import Leads

/// The figures of `…/analytics`, with their units.
extension OpenAPIDocument {
  private static let number: JSONValue = ["type": "number"]

  private static func byStatus(_ schema: JSONValue) -> JSONValue {
    ["type": "object", "additionalProperties": schema]
  }

  private static let bounds: [String: JSONValue] = [
    "as_of": instant.described("The measurement's moment; nothing later is counted."),
    "window_start": instant.described("Start of the window, included."),
    "window_end": instant.described("End of the window, excluded."),
  ]

  private static func figures(
    _ description: String, _ fields: [String: JSONValue], optional: [String] = []
  ) -> JSONValue {
    let all = fields.merging(bounds) { $1 }
    return object(
      description, all, required: all.keys.filter { !optional.contains($0) })
  }

  static var figureSchemas: [String: JSONValue] {
    [
      "Transition": object(
        "A kind of change, and how often it was made.",
        [
          "from": word.described("The status before."), "to": word.described("The status after."),
          "count": count.described("How often, in the window."),
        ], required: ["from", "to", "count"]),
      "Metrics": figures(
        "Changes, stays and rates of one property.",
        [
          "total_status_changes": count.orNull.described(
            "Changes in the window; null where none was measured."),
          "average_time_in_status": byStatus(number.orNull).described(
            "By status: mean seconds of the stays that ended in the window; null where none did."),
          "status_conversion_rates": byStatus(number.orNull).described(
            "By status: share of the leads that entered it and went further, from 0 to 1; null "
              + "where none entered it."),
          "most_common_transitions": list(of: reference("Transition")).described(
            "The ten most frequent, the most frequent first."),
        ], optional: ["total_status_changes"]),
      "Day": object(
        "One day.",
        [
          "date": schema(["type": "string", "format": "date"]).described("A day at the property."),
          "count": count.described("Changes on it, without new leads."),
        ], required: ["date", "count"]),
      "FunnelStep": object(
        "One step of the funnel, leads of every age.",
        [
          "status": reference("Status").described("The step's status."),
          "count": count.described("Leads created in the window that came this far."),
          "conversion_rate": number.orNull.described(
            "Share of the first step's leads, from 0 to 1; null where there is none."),
        ], required: ["status", "count"]),
      "Trends": figures(
        "Days, statuses and funnel of one property.",
        [
          "daily_status_changes": list(of: reference("Day")).described(
            "Every day of the window, the first first."),
          "status_distribution": byStatus(count).described("By status: leads in it now."),
          "conversion_funnel": list(of: reference("FunnelStep")).described("From new to leased."),
        ]),
      "Performance": figures(
        "How well a property and the synchronisation work.",
        [
          "average_response_time": number.orNull.described(
            "Mean seconds from a lead's creation to its first answer; null where none was answered."
          ),
          "status_update_accuracy": number.orNull.described(
            "Share of the leads whose statuses agree, from 0 to 1; null where none was compared."),
          "workflow_trigger_rate": number.orNull.described(
            "Share of the changes that set off a rule, from 0 to 1; null where there was none."),
          "notification_delivery_rate": number.orNull.described(
            "Share of the messages that arrived, from 0 to 1; null where none was due."),
        ],
        optional: [
          "average_response_time", "status_update_accuracy", "workflow_trigger_rate",
          "notification_delivery_rate",
        ]),
    ]
  }
}
