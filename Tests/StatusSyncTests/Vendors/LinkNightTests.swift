import Foundation
import Leads
import Links
import Postgres
import Synchronization
import Testing

import Demo
import Nightly
import Pulls
import Store
import Upstreams
import VendorStandIns

/// Nights on conversations for which DomIQ names no lead: contacts link them, or a person does.
@Suite struct LinkNightTests {
  /// Without the column every chat is linked by its contacts before the diff of the same night.
  @Test func withoutTheColumnContactsLink() async throws {
    try await VendorFixture.with(leads: 56, isLinked: false) { fixture in
      let night = try await fixture.nightly().run(full: true)
      // A conversation whose card does not exist names no lead at all.
      let expected = fixture.world.expected.filter { $0.value != .missingInResman }
      #expect(
        night.summary.verdicts
          == Dictionary(grouping: expected.values, by: \.rawValue).mapValues(\.count))
      let chats = fixture.world.conversations.filter {
        fixture.world.expected[$0.resmanLeadID ?? ""] != .missingInResman
      }
      #expect(night.summary.links?.linked == chats.count && chats.count == 48)
      #expect(night.summary.pull?.withoutLead == 4)
      let queue = LinkQueue(try await fixture.database.connect())
      let made = try await queue.made(limit: 1_000)
      #expect(
        Dictionary(uniqueKeysWithValues: made.map { ($0.conversation_id, $0.resman_lead_id) })
          == Dictionary(uniqueKeysWithValues: chats.map { ($0.id, $0.resmanLeadID ?? "") }))
      #expect(made.allSatisfy { $0.how == "email" && $0.by == "night" })
      #expect(
        made.allSatisfy { $0.evidence?.hasPrefix("e-mail p…@example.com, phone …01") == true })
      #expect(fixture.resman.ledger.violations == [])

      // The links stay, and the next nights find nothing new.
      for full in [false, true] {
        let next = try await fixture.nightly().run(full: full)
        #expect(next.summary.links == LinkFigures())
        #expect(next.summary.logged == 0 && next.summary.review.new == 0)
        #expect(try await queue.made(limit: 1_000) == made)
      }
    }
  }

  /// A shared address, a user with two chats, junk, a number in two spellings, a person at two properties.
  @Test func theHardCasesAreLinkedOrWait() async throws {
    let cases = Cases()
    try await VendorFixture.with(
      leads: 14,
      prepare: { world in
        world.dropIDs { $0 == 3 }
        cases.set(world.addContactCases(now: ProcessClock.start))
      }
    ) { fixture in
      let cases = cases.value
      // A plan shows what the night will do, and makes no link.
      let plan = try await fixture.nightly().plan(full: true)
      let queue = LinkQueue(try await fixture.database.connect())
      #expect(try await queue.made(limit: 100) == [])
      #expect(plan.leads.contains { $0.resmanLeadID == "PC-TWICE" && $0.verdict == .baseline })
      // The command proposes, and makes none either.
      let figures = try await fixture.nightly().proposeLinks()
      #expect(figures.linked == 6 && figures.waiting == 2 && figures.unread == 0)
      #expect(try await queue.made(limit: 100) == [])
      #expect(try await queue.proposals().filter { $0.obstacle == nil }.count == 6)

      let night = try await fixture.nightly().run(full: true)
      let made = Dictionary(
        uniqueKeysWithValues: try await queue.made(limit: 100).map {
          ($0.conversation_id, $0.resman_lead_id)
        })
      for (conversation, lead) in cases.links {
        #expect(made[conversation] == lead, "\(lead ?? "none")")
      }
      #expect(made.count == 6 && made.values.contains("PR-3"))
      let found = try await fixture.verdicts(night.summary.runID)
      for lead in ["PC-TWICE", "PC-PHONE", "PC-HERE", "PC-THERE", "PR-3"] {
        #expect(found[lead] == .baseline, "\(lead)")
      }
      #expect(night.summary.pull?.duplicateConversations == 1)
      let proposals = try await queue.proposals()
      #expect(
        Dictionary(grouping: proposals, by: \.conversation_id)
          .mapValues { Set($0.map(\.resman_lead_id)) } == cases.waiting)
      #expect(Set(proposals.compactMap(\.obstacle)) == ["several_cards", "contradiction"])

      // A person decides; the next night compares the two.
      let family = try #require(cases.waiting.first { $0.value.contains("PC-FAMILY-2") })
      let link = try await queue.resolve(
        family.key, "PC-FAMILY-2", by: "ops@example.com", at: fixture.clock.now())
      #expect(link.how == "person" && link.evidence == "e-mail f…@example.com")
      let next = try await fixture.nightly().run(full: false)
      #expect(try await fixture.verdicts(next.summary.runID)["PC-FAMILY-2"] == .baseline)
      #expect(try await queue.proposals().allSatisfy { $0.conversation_id != family.key })
      // What nobody knows is refused.
      await #expect(throws: LinkRefused.self) {
        try await queue.resolve(family.key, "PC-NONE", by: "ops", at: fixture.clock.now())
      }
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// A conversation is of one property, and so is its link: across properties it would have no effect, and is refused.
  @Test func aLinkHoldsWithinOneProperty() async throws {
    let cases = Cases()
    try await VendorFixture.with(
      leads: 14, prepare: { cases.set($0.addContactCases(now: ProcessClock.start)) }
    ) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let connection = try await fixture.database.connect()
      let queue = LinkQueue(connection)
      // Proposals say where a conversation is, or our own row of it does.
      let family = try #require(
        cases.value.waiting.first { $0.value.contains("PC-FAMILY-2") }?.key)
      let chat: UUID = try await fixture.database.value(
        "select conversation_id as value from lead where resman_lead_id = 'PR-0'")
      for conversation in [family, chat] {
        do {
          _ = try await queue.resolve(conversation, "PC-CALL", by: "ops", at: fixture.clock.now())
          Issue.record("linked")
        } catch let refusal as LinkRefused {
          #expect(refusal.description.contains("a link holds within one property"))
        }
      }
      #expect(try await queue.made(limit: 100).allSatisfy { $0.resman_lead_id != "PC-CALL" })
      let link = try await queue.resolve(
        family, "PC-FAMILY-2", by: "ops", at: fixture.clock.now())
      #expect(link.how == "person")
      await connection.close()
    }
  }

  /// The contacts of a property that cannot be read link nothing, and end nothing.
  @Test func contactsThatCannotBeReadLinkNothing() async throws {
    try await VendorFixture.with(leads: 28, isLinked: false) { fixture in
      let property = fixture.world.properties[2].id
      try await fixture.domiq.change(
        "update property set company_id = (select id from company where name = 'Another') where id = \(property)"
      )
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.links?.unread == 1)
      #expect(night.summary.exitCodes.contains(5))
      let links: Int = try await fixture.database.value(
        "select count(*) as value from lead_link where property_id = \(property)")
      #expect(links == 0)
    }
  }

  /// Chats of which one property's contacts cannot be read.
  private struct UnreadChats: ChatContacts {
    let chats: any ChatContacts
    let unread: UUID

    func contacts(at property: UUID) async throws(CallFailure) -> [ChatContact] {
      guard property != unread else { throw CallFailure(.timeout, "made up") }
      return try await chats.contacts(at: property)
    }
  }

  /// The pull reads everything, and only the contacts of a property could not be read: the night is partial, and names it.
  @Test func aNightWithoutTheContactsOfAPropertyIsPartial() async throws {
    try await VendorFixture.with(leads: 28, isLinked: false) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let property = fixture.world.properties[2].id
      var parts = try fixture.nightly().parts
      let sources = try #require(parts.contacts)
      parts.contacts = ContactSources(
        cards: sources.cards, chats: UnreadChats(chats: sources.chats, unread: property),
        country: sources.country)
      let night = try await Nightly(parts).run(full: false)
      #expect(night.summary.links?.unread == 1)
      #expect(night.summary.links?.unreadProperties == [property.uuidString.lowercased()])
      #expect(night.summary.pull?.incomplete.isEmpty == true)
      #expect(night.summary.exitCode == 5 && !night.summary.converged)
    }
  }

  /// Nothing of a link but the pair of ids is left of an erased lead, and nothing comes back.
  @Test func anErasedLeadHasNoEvidence() async throws {
    let cases = Cases()
    try await VendorFixture.with(
      leads: 14, prepare: { cases.set($0.addContactCases(now: ProcessClock.start)) }
    ) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let connection = try await fixture.database.connect()
      for (lead, table) in [("PC-PHONE", "lead_link"), ("PC-FAMILY-1", "link_proposal")] {
        let erased = try await Erasure(connection).erase(
          lead, reason: "asked", by: "test", at: fixture.clock.now(), isDryRun: false)
        #expect(erased?.removed[table] == 1, "\(erased?.removed ?? [:])")
      }
      _ = try await fixture.nightly().run(full: true)
      let rows = try await connection.query(
        """
        select (select count(*) from lead_link where resman_lead_id = 'PC-PHONE')::int as links,
          (select count(evidence) from lead_link where resman_lead_id = 'PC-PHONE')::int as told,
          (select count(*) from link_proposal where resman_lead_id = 'PC-FAMILY-1')::int as proposed
        """)
      let row = try #require(rows.first)
      #expect(try row["links"] as Int == 1 && row["told"] as Int == 0)
      #expect(try row["proposed"] as Int == 0)
      await connection.close()
    }
  }

  /// The cases that were added while the world was made.
  private final class Cases: Sendable {
    private let held = Mutex(VendorWorld.ContactCases())
    var value: VendorWorld.ContactCases { held.withLock { $0 } }
    func set(_ cases: VendorWorld.ContactCases) { held.withLock { $0 = cases } }
  }
}
