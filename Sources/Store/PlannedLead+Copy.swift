import Leads
import Postgres

extension PlannedLead {
  /// `stage_plan`; `plan_rows.sql` reads its columns in this order.
  package static let table = CopyTable<PlannedLead>(
    "stage_plan",
    [
      .uuid("property_id") { $0.propertyID },
      .text("resman_lead_id") { $0.resmanLeadID },
      .uuid("conversation_id") { $0.conversationID },
      .text("base") { $0.base?.rawValue },
      .text("domiq_raw") { $0.domiqRaw },
      .text("domiq") { $0.domiq?.rawValue },
      .text("resman_raw") { $0.resmanRaw },
      .text("resman") { $0.resman?.rawValue },
      .text("verdict") { $0.verdict.rawValue },
      .integer("rule") { Int32($0.rule) },
      .text("action") { $0.action.rawValue },
      .text("target") { $0.target?.rawValue },
      CopyColumn("hops") { plan, rows in
        rows.append(arrayOf: .text, count: plan.hops.count) { $0.append(plan.hops[$1].rawValue) }
      },
      .boolean("irregular") { $0.irregular },
      .text("cause") { $0.cause },
      .text("outcome") { $0.outcome?.rawValue },
      .text("reason") { $0.reason },
      .text("domiq_version") { $0.domiqVersion },
      .text("resman_version") { $0.resmanVersion },
    ])

  /// Reads a row whose fields are in the order of the columns of `table`.
  package init(_ row: inout BinaryCopyFields) throws {
    let property = try row.uuid()
    let lead = try row.required("resman_lead_id") { try $0.string() }
    let conversation = try row.uuid()
    let base = try row.status()
    let (domiqRaw, domiq) = (try row.string(), try row.status())
    let (resmanRaw, resman) = (try row.string(), try row.status())
    let verdict = try row.required("verdict") { Verdict(rawValue: try $0.string() ?? "") }
    let rule = try row.required("rule") { try $0.int32() }
    let action = try row.required("action") { Action(rawValue: try $0.string() ?? "") }
    let target = try row.status()
    var elements = try row.elements()
    var hops: [Status] = []
    while elements.remaining > 0 {
      hops.append(try elements.required("hops") { try $0.status() })
    }
    let irregular = try row.required("irregular") { try $0.bool() }
    let (cause, outcome) = (try row.string(), try row.string())
    let reason = try row.string()
    let (domiqVersion, resmanVersion) = (try row.string(), try row.string())
    self.init(
      propertyID: property, resmanLeadID: lead, conversationID: conversation, base: base,
      domiqRaw: domiqRaw, domiq: domiq, resmanRaw: resmanRaw, resman: resman, verdict: verdict,
      rule: Int(rule), action: action, target: target, hops: hops, irregular: irregular,
      cause: cause, outcome: outcome.flatMap(Outcome.init(rawValue:)), reason: reason,
      domiqVersion: domiqVersion, resmanVersion: resmanVersion)
  }
}

extension DiffRow {
  /// The columns of `diff_rows.sql` in the order in which rows are read.
  package static let columns = [
    "property_id", "resman_lead_id", "conversation_id", "base", "base_domiq_version",
    "base_resman_version", "base_bridged", "domiq_presence", "domiq_raw", "domiq", "domiq_version",
    "resman_presence", "resman_raw", "resman", "resman_version", "lead_score", "fields", "pending",
    "pushed_since_pull", "problem", "domiq_moved", "resman_moved", "standing", "standing_domiq",
    "standing_resman",
    "standing_domiq_version", "standing_resman_version", "standing_refused", "standing_ignored",
    "standing_reason", "standing_domiq_raw", "standing_resman_raw", "last_direction",
    "last_status", "last_failure", "last_new",
  ]

  /// Reads a row whose fields are in the order of `columns`.
  package init(_ row: inout BinaryCopyFields) throws {
    property_id = try row.uuid()
    resman_lead_id = try row.required("resman_lead_id") { try $0.string() }
    conversation_id = try row.uuid()
    base = try row.status()
    base_domiq_version = try row.string()
    base_resman_version = try row.string()
    base_bridged = try row.required("base_bridged") { try $0.bool() }
    domiq_presence = try row.required("domiq_presence") { try $0.string() }
    domiq_raw = try row.string()
    domiq = try row.status()
    domiq_version = try row.string()
    resman_presence = try row.required("resman_presence") { try $0.string() }
    resman_raw = try row.string()
    resman = try row.status()
    resman_version = try row.string()
    lead_score = try row.double()
    fields = Int(try row.required("fields") { try $0.int16() })
    pending = try row.required("pending") { try $0.bool() }
    pushed_since_pull = try row.required("pushed_since_pull") { try $0.bool() }
    problem = try row.string()
    domiq_moved = try row.bool()
    resman_moved = try row.bool()
    standing = try row.string()
    standing_domiq = try row.status()
    standing_resman = try row.status()
    standing_domiq_version = try row.string()
    standing_resman_version = try row.string()
    standing_refused = try row.required("standing_refused") { try $0.bool() }
    standing_ignored = try row.required("standing_ignored") { try $0.bool() }
    standing_reason = try row.string()
    standing_domiq_raw = try row.string()
    standing_resman_raw = try row.string()
    last_direction = try row.string()
    last_status = try row.string()
    last_failure = try row.string()
    last_new = try row.status()
  }
}

extension BinaryCopyFields {
  /// A canonical status.
  /// - Throws: `StoreError` where the text is no status, which the tables' checks exclude.
  package mutating func status() throws -> Status? {
    guard let text = try string() else { return nil }
    guard let status = Status(rawValue: text) else { throw StoreError.unexpectedNull("status") }
    return status
  }

  /// A field that is never NULL.
  package mutating func required<T>(
    _ column: String, _ read: (inout BinaryCopyFields) throws -> T?
  ) throws -> T {
    guard let value = try read(&self) else { throw StoreError.unexpectedNull(column) }
    return value
  }
}
