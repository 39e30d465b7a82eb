import Foundation
import Leads
import Logging
import StandIns
import Testing

import Demo
import Settings
import Store
import StatusSync

/// `doctor` on the vendors' interfaces, and the demo on their stand-ins.
@Suite struct VendorDoctorTests {
  private static func check(
    _ settings: Settings, _ name: String
  ) async throws -> Checklist.Check {
    let checks = await Checklist(settings, withoutDatabase: "none").run().checks
    return try #require(
      checks.first { $0.name.contains(name) }, "\(name) of \(checks.map(\.name))")
  }

  @Test func theDoctorReadsBoth() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      var settings = fixture.settings
      settings.partner?.zones = [fixture.world.properties[0].id: "America/Chicago"]
      let checks = await Checklist(settings, withoutDatabase: "none").run().checks
      #expect(
        checks.filter { !$0.ok }.map(\.name) == ["database configured"],
        "\(checks.filter { !$0.ok })")
      // It asks about no secret that these kinds do not have.
      #expect(!checks.contains { $0.name.contains("webhook") })
      let zones = try #require(checks.first { $0.name.contains("time zones") })
      #expect(zones.warning == true && zones.reasons.count == 3)
      #expect(zones.reasons.allSatisfy { $0.contains("resman.properties.") })
      let questions = try #require(checks.first { $0.name.contains("sandbox") })
      #expect(questions.reasons.count == 6)
      let database = try #require(checks.first { $0.name.contains("database readable") })
      #expect(database.reasons == ["4 properties, 26 conversations"])
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// What careful and guarded writes refer to is looked up in both systems.
  @Test func theDoctorLooksUpWhatIsWritten() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      var settings = fixture.writing()
      let names = [
        "employee of resman.agent_id", "lead source of resman.source_id",
        "reasons of resman.lost_reasons", "the role may do",
      ]
      for name in names {
        let check = try await Self.check(settings, name)
        #expect(check.ok && check.reasons == [], "\(check)")
      }
      settings.partner?.agentID = "EM-8"
      settings.partner?.sourceID = "SRC-9"
      settings.partner?.lostReasons = ["price": "REASON-9", "default": "REASON-3"]
      settings.database?.url = Secret(fixture.domiq.readerURL)
      let reasons: [[String]] = [
        fixture.world.properties.map {
          "GetEmployees does not name EM-8 of resman.agent_id at the property "
            + $0.id.uuidString.lowercased()
        },
        fixture.world.properties.map {
          "GetProspectSources does not name SRC-9 of resman.source_id at the property "
            + $0.id.uuidString.lowercased()
        },
        ["GetLostProspectReasons does not name REASON-9 of resman.lost_reasons.price"],
        [
          "domiq.write is guarded, and the role may not set conversation.status: "
            + "grant update (status) on conversation"
        ],
      ]
      for (name, expected) in zip(names, reasons) {
        let check = try await Self.check(settings, name)
        #expect(!check.ok && check.reasons.sorted() == expected.sorted(), "\(check)")
      }
      settings.partner?.lostReasons = [:]
      let losses = try await Self.check(settings, "losses can be written")
      #expect(losses.ok && losses.warning == true)
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// Reads of a table without an index go through all of it, 600 times a night with 300 properties.
  @Test func theDoctorNamesAMissingIndex() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let name = "indexed"
      let indexed = try await Self.check(fixture.settings, name)
      #expect(indexed.ok && indexed.warning == nil && indexed.reasons == [], "\(indexed)")
      try await fixture.domiq.change("drop index conversation_chatbot_id_idx")
      // Neither serves every read.
      try await fixture.domiq.change(
        "create index on conversation (chatbot_id) where status = 'new'")
      try await fixture.domiq.change("create index on conversation (user_id, chatbot_id)")
      let found = try await Self.check(fixture.settings, name)
      #expect(found.ok && found.warning == true && found.reasons.count == 1, "\(found)")
      #expect(found.reasons[0].contains("conversation.chatbot_id"))
    }
  }

  @Test func theDoctorSaysWhatIsWrong() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      var settings = fixture.settings
      settings.resman.token = Secret("wr0ng")
      let credentials = try await Self.check(settings, "v2 reachable")
      #expect(!credentials.ok && !"\(credentials.reasons)".contains("wr0ng"))
      settings = fixture.settings
      settings.database?.companyID = UUID().uuidString
      let company = try await Self.check(settings, "database readable")
      #expect(!company.ok && "\(company.reasons)".contains("row-level security"))
      settings = fixture.settings
      settings.database?.properties = ["other": UUID()]
      let properties = try await Self.check(settings, "domiq.properties")
      #expect(!properties.ok && properties.reasons == ["DomIQ's database has no property other"])
      settings.database?.url = Secret("postgresql://u:s3cret@127.0.0.1:1/x")
      let address = try await Self.check(settings, "database readable")
      #expect(!address.ok && !"\(address.reasons)".contains("s3cret"))
    }
  }

  /// The demo runs from nothing, and again from nothing.
  @Test func theDemoRunsTwoNights() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-vendor-demo-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    for _ in 0..<2 {
      let nights = try await VendorDemo(
        directory: directory, leads: 112, clock: ProcessClock.running(from: ProcessClock.start),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ).run()
      #expect(nights.first.summary.verdicts["baseline"] == 76)
      // Six kinds of lead without an id, and the hard cases.
      #expect(nights.links.count == 6 * 6 + 5)
      #expect(Set(nights.proposals.compactMap(\.obstacle)) == ["several_cards", "contradiction"])
      #expect(nights.second.summary.outcomes == ["not_written": 2])
      #expect(nights.second.summary.logged == 2)
      #expect(nights.second.summary.exitCode == 0)
      #expect(nights.ledger.violations == [])
      #expect(
        FileManager.default.fileExists(
          atPath: nights.second.report.directory + "/summary.html"))
    }
  }
}
