import Leads
import Postgres

/// How a stay began; shared by many stays.
struct EntryKind: Hashable {
  var status: Symbol
  var updatedBy: Symbol?
  var direction: Symbol?
  /// The change follows the transition rules; true for a creation.
  var isLegal = true
  /// The change's old status was the new one of the row before; true for a first row.
  var isContinuous = true

  func hash(into hasher: inout Hasher) {
    hasher.combine(
      Int64(status) << 2 ^ Int64(updatedBy ?? -1) << 18 ^ Int64(direction ?? -1) << 34
        ^ (isLegal ? 1 : 0) ^ (isContinuous ? 2 : 0))
  }
}

/// The numbers of the kinds in `stays`: the rows of `entry_kind`.
struct EntryKinds: Sendable {
  private var kinds: [EntryKind] = []
  private var numbers: [EntryKind: Int32] = [:]
  /// The kinds that the table has, or will have when the transaction ends.
  private var saved = 0

  /// None yet.
  init() {}

  /// Those of the table.
  init(symbols: inout SymbolTable, on database: isolated PostgresConnection)
    throws(PostgresError)
  {
    let rows = try database.query(
      "select id, status, updated_by, sync_direction, legal, continuous from entry_kind order by id"
    )
    for row in rows {
      let (updatedBy, direction): (String?, String?) = (
        try row["updated_by"], try row["sync_direction"]
      )
      let kind = EntryKind(
        status: symbols.symbol(try row["status"] as String),
        updatedBy: updatedBy.map { symbols.symbol($0) },
        direction: direction.map { symbols.symbol($0) }, isLegal: try row["legal"],
        isContinuous: try row["continuous"])
      _ = number(of: kind)
    }
    saved = kinds.count
  }

  /// The number of a kind; a new one gets the next number.
  mutating func number(of kind: EntryKind) -> Int32 {
    if let number = numbers[kind] { return number }
    let number = Int32(kinds.count)
    kinds.append(kind)
    numbers[kind] = number
    return number
  }

  /// The kind of a number that `stays` has.
  func kind(_ number: Int32) throws -> EntryKind {
    guard kinds.indices.contains(Int(number)) else { throw UnknownEntry(number: number) }
    return kinds[Int(number)]
  }

  /// `stays` has a number that the table does not.
  struct UnknownEntry: Error, CustomStringConvertible {
    var number: Int32
    var description: String {
      "stays names entry \(number), which entry_kind does not have; report --rebuild makes both anew"
    }
  }

  /// Inserts the kinds that the table does not have.
  mutating func save(_ symbols: SymbolTable, on database: isolated PostgresConnection) throws {
    let table = CopyTable<Int>(
      "entry_kind",
      [
        .integer("id") { Int32($0) },
        .text("status") { [kinds] in symbols[kinds[$0].status] },
        .text("updated_by") { [kinds] in symbols[kinds[$0].updatedBy] },
        .text("sync_direction") { [kinds] in symbols[kinds[$0].direction] },
        .boolean("legal") { [kinds] in kinds[$0].isLegal },
        .boolean("continuous") { [kinds] in kinds[$0].isContinuous },
      ])
    try database.copy(saved..<kinds.count, into: table)
    saved = kinds.count
  }
}
