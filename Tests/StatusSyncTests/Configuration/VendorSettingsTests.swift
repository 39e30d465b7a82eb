import Foundation
import Leads
import Testing

import Settings

@Suite struct VendorSettingsTests {
  private static let secrets = [
    "STATUS_SYNC_RESMAN_TOKEN": "k3y", "STATUS_SYNC_DOMIQ_DATABASE_URL": "postgresql://u:pw@h/d",
  ]
  private static let property = "0b1e0000-0000-4000-8000-000000000001"
  private static let partner = """
    kind: partner, url: "https://partners.example.com", events_url: "https://v1.example.com",
      account_id: "1234", partner_id: p-1
    """

  @Test func theExampleOfTheVendorsIsRead() throws {
    let text = """
      resman: { \(Self.partner), write: none, poll_seconds: 60,
        properties: { "\(Self.property)": { timezone: America/Chicago } } }
      domiq: { kind: database, company_id: c0, country: CA, statuses: { completed: contacted, active: ask },
        properties: { "their-id": "\(Self.property)" } }
      """
    let settings = try Settings.parse(text, named: "test", environment: Self.secrets)
    let id = try #require(UUID(uuidString: Self.property))
    #expect(settings.resmanKind == .partner && settings.domiqKind == .database)
    #expect(
      settings.partner
        == PartnerSettings(
          eventsURL: "https://v1.example.com", accountID: "1234", partnerID: "p-1",
          zones: [id: "America/Chicago"], pollSeconds: 60))
    #expect(settings.database?.country == .canada)
    #expect(settings.database?.companyID == "c0")
    #expect(settings.database?.properties == ["their-id": id])
    // Both are only read, also where that is not said.
    #expect(settings.resman.write == .none && settings.domiq.write == .none)
    #expect(settings.mapping.canonical(domiq: "completed") == .contacted)
    #expect(settings.mapping.canonical(domiq: "active") == nil)
    #expect(settings.mapping.canonical(domiq: "new, answered") == .contacted)
    #expect(settings.mapping.canonical(resman: "Lease signed") == .leased)
    #expect(try settings.lenses == Lenses(resman: .partner, domiq: .database))
    #expect(!String(reflecting: settings).contains("k3y"))
    #expect(!String(reflecting: settings).contains("pw@"))
  }

  @Test func bothSystemsAreWrittenWhereThatIsSaid() throws {
    let text = """
      resman: { \(Self.partner), write: careful, agent_id: EM-7, source_id: SRC-1,
        appointment_event: Tour, lost_reasons: { default: REASON-3, "Too expensive": REASON-4 } }
      domiq: { kind: database, company_id: c0, write: guarded }
      """
    let settings = try Settings.parse(text, named: "test", environment: Self.secrets)
    #expect(
      settings.writing
        == Writing(
          resman: .careful, domiq: .guarded,
          lostReasons: ["default": "REASON-3", "too expensive": "REASON-4"]))
    #expect(settings.partner?.agentID == "EM-7" && settings.partner?.sourceID == "SRC-1")
    #expect(settings.partner?.appointmentEvent == "Tour")
  }

  @Test func withoutAKindNothingChanges() throws {
    let settings = try Settings.parse("", named: "", environment: [:])
    #expect(settings.resmanKind == .statusAPI && settings.domiqKind == .statusAPI)
    #expect(settings.mapping == .standard)
    #expect(try settings.lenses == .identity)
    #expect(settings.writing == Writing())
    let reader = try Settings.parse(
      "resman: {write: none}\ndomiq: {write: none}", named: "", environment: [:])
    #expect(reader.writing == Writing(resman: .none, domiq: .none))
  }

  /// Each mistake is one sentence that names the key.
  @Test(arguments: [
    ("resman: {kind: partners}", "resman.kind"),
    ("resman: {kind: partner}", "resman.events_url is not set"),
    (
      "resman: {kind: partner, events_url: \"https://x.example.com\"}",
      "resman.account_id is not set"
    ),
    ("resman: {poll_seconds: 60}", "resman.poll_seconds belongs to resman.kind: partner"),
    ("domiq: {country: CA}", "domiq.country belongs to domiq.kind: database"),
    ("domiq: {kind: database, company_id: c, country: GB}", "domiq.country"),
    ("resman: {account_id: a}", "resman.account_id belongs to resman.kind: partner"),
    ("domiq: {company_id: a}", "domiq.company_id belongs to domiq.kind: database"),
    ("domiq: {statuses: {closed: ask}}", "belongs to domiq.kind: database"),
    (
      "resman: { \(partner), write: all }",
      "resman.write: all: this kind of resman takes careful or none"
    ),
    (
      "resman: { \(partner), properties: { x: { timezone: UTC } } }", "\"x\" is not a property's id"
    ),
    (
      "resman: { \(partner), properties: { \"\(property)\": { timezone: Chicago } } }",
      "\"Chicago\" is not a time zone"
    ),
    (
      "resman: { \(partner) }\npolicy: { unknown_status: source_default }", "policy.unknown_status"
    ),
    ("resman: { \(partner), write: careful }", "resman.agent_id is not set: resman.write: careful"),
    ("resman: { \(partner), write: careful, agent_id: EM-7 }", "resman.source_id is not set"),
    ("resman: { \(partner), write: guarded }", "resman.write: \"guarded\" is not one of"),
    ("resman: { write: careful }", "resman.write: careful belongs to resman.kind: partner"),
    ("domiq: { write: guarded }", "domiq.write: guarded belongs to domiq.kind: database"),
    ("resman: { agent_id: EM-7 }", "resman.agent_id belongs to resman.kind: partner"),
    (
      "resman: { lost_reasons: { price: R } }",
      "resman.lost_reasons.price belongs to resman.kind: partner"
    ),
    (
      "resman: { \(partner), lost_reasons: { price: R, Price: S } }",
      "price stands there twice"
    ),
    ("resman: { \(partner), appointment_event: \"\" }", "resman.appointment_event is not set"),
    ("domiq: {kind: database}", "domiq.company_id is not set"),
    ("domiq: {kind: database, company_id: c, write: all}", "domiq.write: all"),
    ("domiq: {kind: database, company_id: c, statuses: {closed: shut}}", "is not a status"),
    (
      "domiq: {kind: database, company_id: c, statuses: {closed: lost}}",
      "\"closed\" cannot stand for lost"
    ),
    (
      "domiq: {kind: database, company_id: c, statuses: {qualified: ask}}",
      "qualified would come back"
    ),
    ("domiq: {kind: database, company_id: c, properties: {a: b}}", "\"b\" is not a property's id"),
    (
      "domiq: {kind: database, company_id: c, properties: {a: \"\(property)\", b: \"\(property)\"}}",
      "is named for another property already"
    ),
  ])
  func aMistakeIsOneSentence(_ text: String, _ sentence: String) {
    do throws(ConfigurationError) {
      _ = try Settings.parse(text, named: "test", environment: Self.secrets)
      Issue.record("accepted: \(text)")
    } catch {
      #expect(error.description.contains(sentence), "\(error.description)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test func theDatabasesAddressIsNeeded() {
    #expect(throws: ConfigurationError.self) {
      try Settings.parse("domiq: {kind: database, company_id: c}", named: "t", environment: [:])
    }
  }
}
