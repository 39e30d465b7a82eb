import Leads
import Testing

@Suite struct DriftCauseTests {
  struct Case: Sendable {
    var name: String
    var base: Status?
    var domiq: String
    var resman: String
    var resmanNewer: Bool? = true
    var last: LastChange?
    var isPending = false
    var cause: DriftCause
  }

  private static func push(
    _ new: Status, _ end: LastChange.End, _ failure: FailureCause? = nil
  ) -> LastChange {
    LastChange(direction: .toResMan, end: end, failure: failure, new: new)
  }

  private static func pull(
    _ new: Status, _ end: LastChange.End, _ failure: FailureCause? = nil
  ) -> LastChange {
    LastChange(direction: .fromResMan, end: end, failure: failure, new: new)
  }

  static let cases: [Case] = [
    Case(
      name: "refused push", base: .new, domiq: "engaged", resman: "new",
      last: push(.contacted, .failed, .conditions), cause: .pushFailed),
    Case(
      name: "refused push of another status", base: .new, domiq: "engaged", resman: "new",
      last: push(.lost, .failed, .refused), cause: .unknown),
    Case(
      name: "overtaken push", base: .new, domiq: "engaged", resman: "new",
      last: push(.contacted, .failed, .stale), cause: .unknown),
    Case(
      name: "push without an end", base: .new, domiq: "engaged", resman: "new",
      last: push(.contacted, .failed, .unknown), cause: .pushUnknown),
    Case(
      name: "pending push", base: .new, domiq: "engaged", resman: "new",
      last: push(.contacted, .pending), isPending: true, cause: .pushUnknown),
    Case(
      name: "webhook to DomIQ lost", base: .new, domiq: "initial_contact", resman: "contacted",
      last: pull(.contacted, .failed, .notSent), cause: .webhookMissed),
    Case(
      name: "webhook lost, and ResMan moved on", base: .new, domiq: "initial_contact",
      resman: "qualified", last: pull(.contacted, .failed, .notSent), cause: .unknown),
    Case(
      name: "staff moved it", base: .new, domiq: "initial_contact", resman: "contacted",
      last: push(.new, .success), cause: .staffEdit),
    Case(
      name: "moved without a version", base: .new, domiq: "initial_contact", resman: "contacted",
      resmanNewer: nil, last: push(.new, .success), cause: .unknown),
    Case(
      name: "staff moved it in a conflict", base: .new, domiq: "tour_booked", resman: "lost",
      last: nil, cause: .staffEdit),
    Case(
      name: "never took", base: .new, domiq: "initial_contact", resman: "contacted",
      resmanNewer: false, last: push(.new, .success), cause: .phantom),
    Case(
      name: "outside the vocabulary", base: .new, domiq: "on fire", resman: "new", last: nil,
      cause: .mappingGap),
    Case(
      name: "DomIQ moved on, nobody said why", base: .new, domiq: "engaged", resman: "new",
      last: push(.new, .success), cause: .unknown),
    Case(
      name: "no base", base: nil, domiq: "engaged", resman: "new", last: nil, cause: .unknown),
  ]

  @Test(arguments: cases)
  func onlyWhatTheLogProves(_ this: Case) {
    let logged = "2026-11-01T10:00:00Z"
    let later = "2026-11-02T10:00:00Z"
    let mapping = StatusMapping.standard
    let version = this.resmanNewer.map { $0 ? later : logged }
    let state = LeadState(
      base: this.base.map { Base(status: $0, domiqVersion: logged, resmanVersion: logged) },
      domiq: .seen(
        raw: this.domiq, status: mapping.canonical(domiq: this.domiq), version: later),
      resman: .seen(
        raw: this.resman, status: mapping.canonical(resman: this.resman), version: version),
      isPending: this.isPending)
    let decision = reconcile(state, policy: Policy())
    let cause = DriftCause.proven(by: this.last, decision: decision, state: state)
    #expect(cause == this.cause, "\(this.name): \(decision.verdict)")
  }
}
