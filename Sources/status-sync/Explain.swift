import ArgumentParser
import Foundation
import Leads
import Postgres
import Settings
import Store

/// The verdict for given statuses, or for one lead as last seen, and the rule that gave it.
struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the rules decide for three statuses, and why.",
    discussion: vocabulary + "\n\n" + ExitStatus.help(ExitStatus.ordinary))

  /// Both vocabularies, as the program has them.
  private static var vocabulary: String {
    let domiq = StatusMapping.standard.domiqVocabulary.map { "\($0.raw) (\($0.status.rawValue))" }
    return """
      ResMan's statuses: \(Status.allCases.map(\.rawValue).joined(separator: ", ")).
      DomIQ's statuses and their meaning: \(domiq.joined(separator: ", ")).
      More can be configured: mapping.domiq and mapping.resman.
      """
  }

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Option(help: "One lead as last seen, instead of statuses; reads the database.")
  var lead: String?
  @Option(help: "What both sides last agreed on: one of ResMan's statuses (new to lost), or none.")
  var base: String?
  @Option(help: "DomIQ's status, or missing.")
  var domiq: String?
  @Option(help: "ResMan's status, or missing.")
  var resman: String?
  @Flag(name: .customLong("resman-unchanged"), help: "ResMan's version is the one logged.")
  var resmanUnchanged = false
  @Flag(name: .customLong("domiq-unchanged"), help: "DomIQ's version is the one logged.")
  var domiqUnchanged = false
  @Option(
    name: .customLong("lead-score"), help: "Conditions are met unless this or --has is given.")
  var leadScore: Double?
  @Option(help: "Fields the lead has: email,phone,tour_datetime,income_verification.")
  var has: String?
  @Option(name: .customLong("policy-conflict"), help: "review, resman, domiq or forward.")
  var policyConflict: String?
  @Option(name: .customLong("policy-unbased"), help: "review, resman, domiq or forward.")
  var policyUnbased: String?
  @Option(
    name: .customLong("resman-kind"),
    help: "What ResMan can tell apart: status_api or partner (default: as configured).")
  var resmanKind: ResManKind?
  @Option(
    name: .customLong("domiq-kind"),
    help: "What DomIQ can tell apart: status_api or database (default: as configured).")
  var domiqKind: DomIQKind?

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      let policy = try policy(settings.policy)
      let state = try await state(settings)
      let explanation = Explanation(
        state, policy: policy, mapping: settings.mapping,
        lenses: try Lenses(
          resman: resmanKind ?? settings.resmanKind, domiq: domiqKind ?? settings.domiqKind),
        writing: settings.writing)
      try common.print(explanation, human: Self.text(explanation))
      return .converged
    }
  }

  private func policy(_ configured: Policy) throws -> Policy {
    var policy = configured
    if let policyConflict { policy.conflict = try Self.way(policyConflict) }
    if let policyUnbased { policy.unbased = try Self.way(policyUnbased) }
    return policy
  }

  private static func way(_ text: String) throws -> ConflictPolicy {
    guard let way = ConflictPolicy(rawValue: text) else {
      throw Usage("\"\(text)\" is not a policy; use review, resman, domiq or forward")
    }
    return way
  }

  private func state(_ settings: Settings) async throws -> LeadState {
    if let lead {
      guard base == nil, domiq == nil, resman == nil else {
        throw Usage("give --lead, or the three statuses, not both")
      }
      let known = try await database.connected(settings, .existing) {
        try await LeadHistory($0).lastSeen(lead, asOf: RunClock.system().now())
      }
      guard let known else { throw Usage("no lead \(lead) is known") }
      return known
    }
    guard let base, let domiq, let resman else {
      throw Usage("give --base, --domiq and --resman, or --lead")
    }
    var facts = LeadFacts.everythingMet
    if leadScore != nil || has != nil {
      let fields = try (has ?? "").split(separator: ",").map { name in
        guard let field = Field(rawValue: String(name)) else {
          throw Usage(
            "--has: \"\(name)\" is not a field; use email, phone, tour_datetime, income_verification"
          )
        }
        return field
      }
      facts = LeadFacts(leadScore: leadScore, fields: Set(fields))
    }
    let statuses = ExplainedStatuses(
      base: base, domiq: domiq, resman: resman, domiqUnchanged: domiqUnchanged,
      resmanUnchanged: resmanUnchanged, facts: facts)
    guard let state = statuses.state(mapping: settings.mapping) else {
      let statuses = Status.allCases.map(\.rawValue).joined(separator: ", ")
      throw Usage("--base: \"\(base)\" is not a status; use \(statuses), or none")
    }
    return state
  }

  /// What both systems will say; where a lens shows one of them as something else, what each shows. Whether the change is
  /// written says a later line.
  private static func outcome(of explanation: Explanation) -> [String] {
    let decision = explanation.decision
    guard let target = decision.target else { return [] }
    let domiq = decision.action == .pull ? decision.hops.last : explanation.domiq.canonical
    let resman = decision.action == .push ? decision.hops.last : explanation.resman.canonical
    guard domiq != target || resman != target else { return ["both will say: \(target.rawValue)"] }
    return [
      "both will mean: \(target.rawValue)",
      "DomIQ will show: \(domiq?.rawValue ?? "-")", "ResMan will show: \(resman?.rawValue ?? "-")",
    ]
  }

  static func text(_ explanation: Explanation) -> String {
    let decision = explanation.decision
    var lines = ["\(decision.verdict.rawValue) (rule \(decision.rule)): \(decision.because)"]
    lines.append("action: \(decision.action.rawValue)")
    lines += outcome(of: explanation)
    if decision.action == .push {
      lines.append("by way of: \(decision.hops.map(\.rawValue).joined(separator: " → "))")
    }
    if let person = explanation.person { lines.append("by hand: \(person)") }
    if let refusal = explanation.notWritten { lines.append("not written: \(refusal)") }
    if decision.irregular { lines.append("irregular: outside the transition rules") }
    if !decision.unmet.isEmpty {
      lines.append("unmet: \(decision.unmet.map(\.description).joined(separator: ", "))")
    }
    return lines.map(\.visible).joined(separator: "\n")
  }
}

extension ResManKind: ExpressibleByArgument {}
extension DomIQKind: ExpressibleByArgument {}
