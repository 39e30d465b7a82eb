import Foundation
import Testing

import Leads

private let chicago = TimeZone(identifier: "America/Chicago") ?? .gmt

private func event(_ kind: PartnerCard.Event.Kind, _ date: String) -> PartnerCard.Event {
  PartnerCard.Event(kind, time: VendorTime(date, zone: chicago))
}

/// One card and what it proves.
private struct CardCase: Sendable, CustomTestStringConvertible {
  var name: String
  var card: PartnerCard
  var finding: PartnerCard.Finding

  init(_ name: String, _ card: PartnerCard, _ evidence: PartnerEvidence) {
    self.name = name
    self.card = card
    finding = .proven(evidence)
  }

  init(_ name: String, _ card: PartnerCard, unknown: String) {
    self.name = name
    self.card = card
    finding = .unknown(unknown)
  }

  var testDescription: String { name }
}

@Suite struct PartnerCardTests {
  @Test(arguments: [
    CardCase("nothing else", PartnerCard(status: "Prospect", types: ["prospect"]), .prospect),
    CardCase("lost", PartnerCard(status: "Lost", types: ["lost"]), .lost),
    CardCase("lost by its date", PartnerCard(status: "Prospect", isLostDated: true), .lost),
    CardCase(
      "lost by an event",
      PartnerCard(status: "Prospect", events: [event(.cancel, "2026-11-09T15:04:05+00:00")]), .lost),
    CardCase(
      "a lost roommate is not the card",
      PartnerCard(status: "Prospect", types: ["prospect", "lost"]),
      .prospect),
    CardCase(
      "reactivated later",
      PartnerCard(
        status: "Prospect",
        events: [
          event(.reactivate, "2026-11-09T18:00:00Z"), event(.cancel, "2026-11-09T09:00:00Z"),
        ]),
      .prospect),
    CardCase(
      "lost again",
      PartnerCard(
        status: "Prospect",
        events: [
          event(.reactivate, "2026-11-08T18:00:00Z"), event(.cancel, "2026-11-09T09:00:00Z"),
        ]),
      .lost),
    CardCase(
      "one midnight",
      PartnerCard(
        status: "Prospect",
        events: [event(.reactivate, "2026-11-09T00:00:00"), event(.cancel, "2026-11-09T00:00:00")]),
      .lostPerhapsReactivated),
    CardCase(
      "midnight and an hour of the same day",
      PartnerCard(
        status: "Prospect",
        events: [event(.reactivate, "2026-11-09T15:00:00"), event(.cancel, "2026-11-09T00:00:00")]),
      .lostPerhapsReactivated),
    CardCase(
      "the next day",
      PartnerCard(
        status: "Prospect",
        events: [event(.reactivate, "2026-11-10"), event(.cancel, "2026-11-09T00:00:00")]),
      .prospect),
    CardCase(
      "reactivated before its date of loss",
      PartnerCard(
        status: "Prospect", isLostDated: true,
        lostAt: VendorTime("2026-11-12", zone: chicago),
        events: [event(.reactivate, "2026-11-10"), event(.cancel, "2026-11-09T00:00:00")]),
      .lost),
    CardCase(
      "a date that cannot be read proves no order",
      PartnerCard(
        status: "Prospect", isLostDated: true,
        events: [event(.reactivate, "2026-11-10")]), .lostPerhapsReactivated),
    CardCase(
      "says lost after a reactivation",
      PartnerCard(
        status: "Lost",
        events: [event(.reactivate, "2026-11-10"), event(.cancel, "2026-11-09T00:00:00")]),
      .lostPerhapsReactivated),
    CardCase(
      "lost before anything else",
      PartnerCard(status: "Resident", isLostDated: true, isLeaseSigned: true), .lost),
    CardCase(
      "signed",
      PartnerCard(status: "Applicant", leaseStatus: "Pending", isLeaseSigned: true), .leaseSigned),
    CardCase(
      "signed by an event", PartnerCard(status: "Prospect", events: [event(.leaseSign, "")]),
      .leaseSigned),
    CardCase(
      "signed and cancelled",
      PartnerCard(status: "Applicant", leaseStatus: "Cancelled", isLeaseSigned: true), .applicant),
    CardCase("resident", PartnerCard(status: "Resident", leaseStatus: "Former"), .resident),
    CardCase(
      "the furthest of two Types",
      PartnerCard(status: "Prospect", types: ["prospect", "Current Resident"]), .resident),
    CardCase(
      "a roommate applied", PartnerCard(status: "Prospect", types: ["prospect", "applicant"]),
      .applicant),
    CardCase("applicant", PartnerCard(status: "applicant"), .applicant),
    CardCase(
      "a pending lease", PartnerCard(status: "Prospect", leaseStatus: "Pending"), .applicant),
    CardCase(
      "a pending renewal is no application",
      PartnerCard(status: "Prospect", leaseStatus: "Pending Renewal"), .prospect),
    CardCase(
      "an application", PartnerCard(status: "Prospect", events: [event(.application, "")]),
      .applicant),
    CardCase("denied", PartnerCard(status: "Applicant", leaseStatus: "Denied"), .denied),
    CardCase(
      "denied after a tour",
      PartnerCard(status: "Applicant", leaseStatus: "Denied", events: [event(.tour, "")]),
      .deniedWithAppointment),
    CardCase("a tour", PartnerCard(status: "Prospect", events: [event(.tour, "")]), .appointment),
    CardCase(
      "a contact in the log", PartnerCard(status: "Prospect", isContacted: true), .contact),
    CardCase(
      "a contact as an event", PartnerCard(status: "Prospect", events: [event(.contact, "")]),
      .contact),
    CardCase("a status of its own", PartnerCard(status: "New"), unknown: "status New"),
    CardCase(
      "a Type of its own", PartnerCard(status: "Prospect", types: ["prospect", "guest"]),
      unknown: "Type guest"),
    CardCase(
      "a main person without a Type", PartnerCard(status: "Prospect", types: ["", "prospect"]),
      unknown: "no Type"),
    CardCase(
      "another person without a Type", PartnerCard(status: "Prospect", types: ["prospect", " "]),
      unknown: "no Type"),
  ])
  private func evidence(_ given: CardCase) {
    #expect(given.card.finding == given.finding)
  }

  /// Every evidence is a status that the partner interface can show, and the mapping of its kind knows its text; an
  /// unknown status is none, also where it reads like a canonical one.
  @Test func everyEvidenceIsInTheVocabulary() throws {
    let lens = try ResManKind.partner.lens()
    let mapping = try StatusMapping.kinds(
      resman: .partner, domiq: .statusAPI,
      lenses: try Lenses(resman: .partner, domiq: .statusAPI))
    var proven: Set<Status> = []
    for evidence in PartnerEvidence.allCases {
      #expect(lens.shows(evidence.status), "\(evidence)")
      #expect(mapping.canonical(resman: evidence.rawValue) == evidence.status, "\(evidence)")
      proven.insert(evidence.status)
    }
    #expect(proven == Set(Status.allCases.filter(lens.shows)))
    for status in Status.allCases {
      let raw = PartnerCard(status: "\(status.rawValue) x").finding.raw
      #expect(mapping.canonical(resman: raw) == nil, "\(raw)")
    }
    #expect(mapping.canonical(resman: PartnerCard(status: "New").finding.raw) == nil)
    #expect(
      mapping.canonical(resman: PartnerCard(status: "Prospect", types: ["new"]).finding.raw) == nil)
  }

  /// The order of events and people, and an event that came twice, change nothing.
  @Test func theOrderOfEventsProvesNothing() {
    let events = [
      event(.cancel, "2026-11-01T00:00:00"), event(.reactivate, "2026-11-05T10:00:00Z"),
      event(.contact, "2026-10-01"), event(.tour, "2026-11-06T10:00:00-06:00"),
      event(.cancel, "2026-11-07T10:00:00Z"), event(.reactivate, "2026-11-07T11:00:00Z"),
    ]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let some = events.shuffled(using: &random).prefix(Int.random(in: 1...events.count))
      let first = PartnerCard(status: "Prospect", events: Array(some)).finding
      let doubled = PartnerCard(
        status: "Prospect", events: (Array(some) + Array(some)).shuffled()
      ).finding
      #expect(first == doubled, "\(some)")
    }
  }

  @Test func eventTypesAreReadInAnyLetterCase() {
    #expect(PartnerCard.Event.Kind(eventType: "CANCEL") == .cancel)
    #expect(PartnerCard.Event.Kind(eventType: "reactivate") == .reactivate)
    #expect(PartnerCard.Event.Kind(eventType: "LeaseSign") == .leaseSign)
    #expect(PartnerCard.Event.Kind(eventType: "Show") == .tour)
    #expect(PartnerCard.Event.Kind(eventType: "texttoprospect") == .contact)
    #expect(PartnerCard.Event.Kind(eventType: "EmailFromProspect") == nil)
    #expect(PartnerCard.Event.Kind(eventType: "WalkIn") == nil)
  }
}

@Suite struct VendorTimeTests {
  /// Text, its earliest and latest moment, and how it is printed with an offset.
  @Test(arguments: [
    ("2026-11-09T15:04:05Z", "2026-11-09T15:04:05Z", 0, "2026-11-09T15:04:05Z"),
    ("2026-11-09T15:04:05+02:00", "2026-11-09T13:04:05Z", 0, "2026-11-09T15:04:05+02:00"),
    ("Sat, 28 Nov 2026 02:00:00 GMT", "2026-11-28T02:00:00Z", 0, "2026-11-28T02:00:00Z"),
    // Without an offset: the property's, in winter and in summer.
    ("2026-11-09T15:04:05", "2026-11-09T21:04:05Z", 0, "2026-11-09T15:04:05-06:00"),
    ("2026-07-09T15:04:05", "2026-07-09T20:04:05Z", 0, "2026-07-09T15:04:05-05:00"),
    // Midnight, or no time at all: the whole day.
    ("2026-11-09T00:00:00", "2026-11-09T06:00:00Z", 86_399, "2026-11-09T00:00:00-06:00"),
    ("2026-11-09", "2026-11-09T06:00:00Z", 86_399, "2026-11-09T00:00:00-06:00"),
    ("2026-11-09T00:00:00Z", "2026-11-09T00:00:00Z", 86_399, "2026-11-09T00:00:00Z"),
    // The hour that comes twice is the first one; the hour that does not exist is the one after.
    ("2026-11-01T01:30:00", "2026-11-01T06:30:00Z", 0, "2026-11-01T01:30:00-05:00"),
  ])
  func everyFormIsRead(_ text: String, _ earliest: String, _ seconds: Int64, _ printed: String)
    throws
  {
    let time = try #require(VendorTime(text, zone: chicago))
    #expect(time.earliest.iso8601 == earliest)
    #expect((time.latest.microseconds - time.earliest.microseconds) / 1_000_000 == seconds)
    #expect(time.iso8601 == printed)
    #expect(Instant(iso8601: time.iso8601) == time.earliest)
    #expect(
      time.isZoneless == !(text.hasSuffix("Z") || text.hasSuffix("GMT") || text.contains("+")))
  }

  @Test(arguments: ["", "yesterday", "2026-13-01", "11/09/2026", "Sat, 28 Nov 2026 02:00:00 CST"])
  func anythingElseIsNoTime(_ text: String) {
    #expect(VendorTime(text, zone: chicago) == nil)
  }

  @Test func anInstantIsPrintedInRFC1123() throws {
    for text in ["2026-11-28T02:00:00Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z"] {
      let instant = try #require(Instant(iso8601: text))
      #expect(VendorTime(instant.rfc1123, zone: .gmt)?.earliest == instant)
    }
    let instant = try #require(Instant(iso8601: "2026-11-28T02:00:00.75Z"))
    #expect(instant.rfc1123 == "Sat, 28 Nov 2026 02:00:00 GMT")
  }
}
