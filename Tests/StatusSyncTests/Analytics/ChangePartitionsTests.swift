import Testing

@testable import Analytics  // uses `ChangePartitions`, internal
import Leads
import StandIns

/// What is stored in partitions, in memory and in files, is read back completely: lead by lead, in order.
@Suite struct ChangePartitionsTests {
  typealias Change = Analytics.LoggedChange

  @Test func changesComeOutLeadByLead() throws {
    // The expected number of rows makes partitions small; one lead has so many that most are spilled to
    // files.
    var parts = ChangePartitions(expecting: 512_000_000)
    #expect(parts.count == 512)
    var draws = SplitMix(seed: 7)
    for seq in 0..<60_000 {
      // Times repeat, and are not in order.
      let change = Change(at: Int64(draws.whole(0...999)), seq: Int64(seq), new: SymbolTable.new)
      let lead = Array("lead-\(draws.whole(0...29))".utf8)
      try lead.withUnsafeBytes { try parts.add(change, of: $0) }
    }
    var rows = 0
    var leads: [String] = []
    for place in 0..<parts.count {
      var before: String?
      try parts.take(place) { lead, changes in
        let name = String(decoding: lead, as: UTF8.self)
        #expect(before.map { $0 < name } ?? true)
        before = name
        leads.append(name)
        rows += changes.count
        let keys = changes.map { [$0.at, $0.seq] }
        #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(Set(changes.map(\.seq)).count == changes.count)
      }
    }
    #expect(rows == 60_000)
    #expect(Set(leads).count == 30 && leads.count == 30)
  }
}
