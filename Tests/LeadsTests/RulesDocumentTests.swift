import Foundation
import Testing

@testable import Leads  // uses `canonicalToDomIQ`, `domiqToCanonical`, internal

/// docs/rules.md agrees with the code and with the golden table.
@Suite struct RulesDocumentTests {
  /// The rows of the document's table below a heading, as cells, without the header.
  private static func table(under heading: String) throws -> [[String]] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/rules.md")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.drop { $0 == "#" } == " \(heading)" })
    let rows = lines[(start + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    return rows.dropFirst(2).map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// The words of a cell that are in backticks.
  private static func words(_ cell: String) -> [String] {
    cell.matches(of: /`([^`]+)`/).map { String($0.1) }
  }

  private static func statuses(_ cell: String) throws -> [Status] {
    try words(cell).map { try #require(Status(rawValue: $0), "\($0)") }
  }

  @Test func theVocabulariesAreTheMapping() throws {
    var there: [String: Status] = [:]
    var back: [Status: String] = [:]
    for row in try Self.table(under: "Vocabularies") {
      let status = try #require(try Self.statuses(row[1]).first)
      for raw in Self.words(row[0]) { there[raw] = status }
      back[status] = Self.words(row[2]).first
    }
    #expect(there == StatusMapping.standard.domiqToCanonical)
    #expect(back == StatusMapping.standard.canonicalToDomIQ)
  }

  @Test func theTransitionsAreThoseOfTheCode() throws {
    let rows = try Self.table(under: "Transitions")
    #expect(rows.count == Status.allCases.count)
    for row in rows {
      let from = try #require(try Self.statuses(row[0]).first)
      #expect(try Self.statuses(row[1]) == from.successors, "\(from)")
    }
  }

  @Test func theConditionsAreThoseOfTheCode() throws {
    let told = try Self.table(under: "Conditions").map { row in
      (try #require(try Self.statuses(row[0]).first), Self.words(row[1]))
    }
    for status in Status.allCases {
      #expect(
        told.first { $0.0 == status }?.1 ?? [] == status.conditions.map(\.description), "\(status)")
    }
  }

  @Test func theLensesAreThoseOfTheCode() throws {
    var lenses: [String: Lens] = [:]
    for kind in ResManKind.allCases { lenses["resman.kind: \(kind.rawValue)"] = try kind.lens() }
    for kind in DomIQKind.allCases { lenses["domiq.kind: \(kind.rawValue)"] = try kind.lens() }
    let rows = try Self.table(under: "Lenses")
    #expect(Set(rows.flatMap { Self.words($0[0]) }) == Set(lenses.keys))
    for row in rows {
      let lens = try #require(Self.words(row[0]).first.flatMap { lenses[$0] })
      let merged = try Self.statuses(row[1])
      let told = Dictionary(
        uniqueKeysWithValues: stride(from: 0, to: merged.count, by: 2).map {
          (merged[$0], merged[$0 + 1])
        })
      let beyond = try Self.statuses(row[2])
      for status in Status.allCases {
        let shown = beyond.contains(status) ? nil : told[status] ?? status
        #expect(lens.shown(status) == shown, "\(row[0]): \(status)")
      }
    }
  }

  @Test func theEvidenceIsThatOfTheCode() throws {
    let rows = try Self.table(under: "Evidence of the partner interface")
    #expect(rows.compactMap { Self.words($0[0]).first } == PartnerEvidence.allCases.map(\.rawValue))
    for row in rows {
      let evidence = try #require(Self.words(row[0]).first.flatMap(PartnerEvidence.init(rawValue:)))
      #expect(try Self.statuses(row[2]) == [evidence.status])
    }
    var words: [String: Status] = [:]
    for row in try Self.table(under: "Vocabularies of the vendors") {
      let status = try #require(try Self.statuses(String(row[1].prefix { $0 != ";" })).first)
      for raw in Self.words(row[0]) { words[raw] = status }
    }
    #expect(words == StatusMapping.database)
  }

  @Test func thePoliciesAreThoseOfTheCode() throws {
    let told = try Self.table(under: "Policies").flatMap { Self.words($0[0]) }
    #expect(Set(told) == Set(ConflictPolicy.allCases.map(\.rawValue)))
  }

  /// Every rule has the documented verdict, and exactly the documented actions.
  @Test func theRulesAreThoseOfTheCode() throws {
    var told: [Int: [String: Set<String>]] = [:]
    for row in try Self.table(under: "The 15 rules") {
      let verdict = try #require(Self.words(row[2]).first)
      let actions = Self.words(row[3]).filter { Action(rawValue: $0) != nil }
      told[try #require(Int(row[0]))] = [verdict: Set(actions)]
    }
    #expect(told == Self.decided(Self.everyState()))
    let verdicts = told.values.flatMap(\.keys)
    #expect(Set(verdicts) == Set(Verdict.allCases.map(\.rawValue)))
  }

  /// The golden table has no verdict or action that the document does not list for the rule.
  @Test func theGoldenTableFollowsTheRules() throws {
    let rules = Dictionary(
      uniqueKeysWithValues: try Self.table(under: "The 15 rules").map { ($0[0], $0) })
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/rules.txt")
    var seen: Set<String> = []
    let text = String(decoding: try Data(contentsOf: golden), as: UTF8.self)
    for line in text.split(separator: "\n") {
      let decision = try #require(line.split(separator: ":").last).split(separator: " ")
      let row = try #require(rules[String(decision[0])], "\(line)")
      #expect(Self.words(row[2]) == [String(decision[1])], "\(line)")
      #expect(Self.words(row[3]).contains(String(decision[2])), "\(line)")
      seen.insert(row[0])
    }
    // Rules 1 and 2 need an incomplete pull and a pending row.
    #expect(Set(rules.keys).subtracting(seen) == ["1", "2"])
  }

  private static func decided(_ states: [LeadState]) -> [Int: [String: Set<String>]] {
    var found: [Int: [String: Set<String>]] = [:]
    for state in states {
      for way in ConflictPolicy.allCases {
        let decision = reconcile(state, policy: Policy(conflict: way, unbased: way))
        found[decision.rule, default: [:]][decision.verdict.rawValue, default: []]
          .insert(decision.action.rawValue)
      }
    }
    return found
  }

  /// Every base and every pair of sides, with and without changed versions and met conditions; also sides
  /// that were not read, pending changes, and sides without versions after our own push.
  private static func everyState() -> [LeadState] {
    var states: [LeadState] = []
    for base in EveryCombinationTests.bases {
      for domiq in EveryCombinationTests.domiqs {
        for resman in EveryCombinationTests.resmans {
          for flags in 0..<8 {
            let given = ExplainedStatuses(
              base: base, domiq: domiq, resman: resman, domiqUnchanged: flags & 1 != 0,
              resmanUnchanged: flags & 2 != 0,
              facts: flags & 4 != 0 ? .everythingMet : LeadFacts(leadScore: nil, fields: []))
            if let state = given.state() { states.append(state) }
          }
        }
      }
    }
    let seen = Sighting.seen(raw: "engaged", status: .contacted, version: nil)
    let moved = Sighting.seen(raw: "new", status: .new, version: nil)
    let base = Base(status: .contacted)
    states += [
      LeadState(base: base, domiq: .unread, resman: seen),
      LeadState(base: base, domiq: seen, resman: .unread),
      LeadState(base: base, domiq: seen, resman: moved, isPending: true),
      LeadState(base: base, domiq: seen, resman: moved, pushedSinceCompletePull: true),
    ]
    return states
  }
}
