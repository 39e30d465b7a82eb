import Foundation
import Leads
import Testing

/// When a record tells nothing that is not known, so that no stage after the pull sees its lead. To call two different
/// things equal would hide drift: every field is changed alone, and nothing may be taken for equal but what is.
@Suite struct ShownRecordTests {
  /// One record, as a page shows it and as it is kept.
  private struct Shown {
    var raw: String? = "engaged"
    var status: String? = "contacted"
    var version: String? = "2026-11-20T10:00:00Z"
    var conversation: UUID? = UUID(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1))
    var told: String? = "Zillow\u{1F}\u{1F}A-1"
    var toldAt: Int64? = 1_795_000_000_000_000
    var isUsable = true
    var isPerhapsRepeated = false
  }

  private static func isKnown(_ shown: Shown, since kept: Shown = Shown()) -> Bool {
    let texts = [shown.raw, shown.status, shown.version, shown.told].map {
      $0.map { Array($0.utf8) }
    }
    let known = [kept.status, kept.raw, kept.version, kept.told].map { $0.map { Array($0.utf8) } }
    return with(texts) { shownTexts in
      with(known) { keptTexts in
        let nothing = ShownRecord.Text(start: nil, count: 0)
        return ShownRecord(
          raw: shownTexts[0], status: shownTexts[1], version: shownTexts[2],
          conversation: shown.conversation, told: shownTexts[3], toldAt: shown.toldAt,
          isUsable: shown.isUsable, isPerhapsRepeated: shown.isPerhapsRepeated
        ).showsNothingNew(
          since: ShownRecord.Kept(
            base: keptTexts[0] ?? nothing, raw: keptTexts[1] ?? nothing,
            version: keptTexts[2] ?? nothing, conversation: kept.conversation, told: keptTexts[3],
            toldAt: kept.toldAt))
      }
    }
  }

  /// The texts as pointers that are valid during the call.
  private static func with<T>(_ texts: [[UInt8]?], _ body: ([ShownRecord.Text?]) -> T) -> T {
    let copies = texts.map { text in
      text.map { text in
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
        _ = copy.initialize(from: text)
        return copy
      }
    }
    defer { for copy in copies { copy?.deallocate() } }
    return body(copies.map { $0.map { ShownRecord.Text($0) } })
  }

  @Test func theSameRecordIsKnown() {
    #expect(Self.isKnown(Shown()))
    var withoutWords = Shown()
    withoutWords.told = nil
    #expect(Self.isKnown(withoutWords), "what is not told changes nothing")
    var resman = Shown()
    resman.conversation = nil
    #expect(Self.isKnown(resman, since: resman))
  }

  private static let changes: [(name: String, change: @Sendable (inout Shown) -> Void)] = [
    ("another word", { $0.raw = "nurturing" }),
    ("a word with a space", { $0.raw = "engaged " }),
    ("the word in capitals", { $0.raw = "Engaged" }),
    ("no word", { $0.raw = nil }),
    ("an empty word", { $0.raw = "" }),
    ("another status", { $0.status = "qualified" }),
    ("a word outside the vocabulary", { $0.status = nil }),
    ("a later version", { $0.version = "2026-11-20T10:00:01Z" }),
    ("the same instant written otherwise", { $0.version = "2026-11-20T10:00:00+00:00" }),
    ("no version", { $0.version = nil }),
    ("no conversation", { $0.conversation = nil }),
    (
      "a conversation with another last byte",
      { $0.conversation = UUID(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 2)) }
    ),
    ("another description", { $0.told = "Zillow\u{1F}\u{1F}A-2" }),
    ("a longer description", { $0.told = "Zillow\u{1F}\u{1F}A-1\u{1F}" }),
    ("told at another time", { $0.toldAt = 1_795_000_000_000_001 }),
    ("told at no time", { $0.toldAt = nil }),
    ("unusable", { $0.isUsable = false }),
    ("perhaps there twice", { $0.isPerhapsRepeated = true }),
  ]

  @Test(arguments: changes.indices)
  func anyOtherRecordIsNews(_ index: Int) {
    let (name, change) = Self.changes[index]
    var shown = Shown()
    change(&shown)
    #expect(!Self.isKnown(shown), "\(name)")
    // Nor the other way round, for what is kept of a record.
    guard shown.isUsable, !shown.isPerhapsRepeated, shown.status != nil, shown.version != nil,
      shown.raw != nil, shown.told != nil
    else { return }
    #expect(!Self.isKnown(Shown(), since: shown), "\(name), kept")
  }

  @Test func aFirstDescriptionIsNews() {
    var kept = Shown()
    kept.told = nil
    #expect(!Self.isKnown(Shown(), since: kept))
  }

  /// Where both sides show nothing new, the rules say in sync, whatever the policy.
  @Test(arguments: Status.allCases)
  func theRulesAgree(_ base: Status) {
    let mapping = StatusMapping.standard
    let (domiq, resman) = (mapping.domiq(base), base.rawValue)
    let version = "2026-11-20T10:00:00Z"
    func isKnown(_ raw: String, _ status: Status?) -> Bool {
      let kept = Shown(raw: raw, status: base.rawValue, version: version)
      return Self.isKnown(Shown(raw: raw, status: status?.rawValue, version: version), since: kept)
    }
    #expect(isKnown(domiq, mapping.canonical(domiq: domiq)))
    #expect(isKnown(resman, mapping.canonical(resman: resman)))
    let state = LeadState(
      base: Base(status: base, domiqVersion: version, resmanVersion: version),
      domiq: .seen(raw: domiq, status: mapping.canonical(domiq: domiq), version: version),
      resman: .seen(raw: resman, status: mapping.canonical(resman: resman), version: version))
    let decision = reconcile(state, policy: Policy())
    #expect(decision.verdict == .inSync)
    #expect(decision.action == .none)
  }
}
