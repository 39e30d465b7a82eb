import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

@Suite struct CopyTests {
  private struct Sample: Equatable {
    var id: UUID?
    var name: String?
    var small: Int16?
    var medium: Int32?
    var large: Int64?
    var flag: Bool?
    var ratio: Double?
    var time: Int64?
  }

  private static let table = """
    create table sample (id uuid, name text, small smallint, medium integer, large bigint,
      flag boolean, ratio double precision, time timestamptz, body jsonb)
    """

  private static let samples = [
    Sample(
      id: UUID(), name: "Ann ü🏠", small: .min, medium: .max, large: .min, flag: true, ratio: 0.1,
      time: 1_767_225_600_000_001),
    Sample(
      id: UUID(), name: "", small: 0, medium: 0, large: 0, flag: false, ratio: -0.0,
      time: -1),
    Sample(),
  ]

  private static func encode(_ samples: [Sample], capacity: Int = 64) -> [UInt8] {
    var rows = BinaryCopyRows(columns: 9, capacity: capacity)
    for sample in samples {
      rows.beginRow()
      rows.append(sample.id)
      rows.append(sample.name)
      rows.append(sample.small)
      rows.append(sample.medium)
      rows.append(sample.large)
      rows.append(sample.flag)
      rows.append(sample.ratio)
      rows.append(timestampMicroseconds: sample.time)
      var body = #"{"a": 1}"#
      body.withUTF8 { rows.append(jsonb: $0) }
    }
    return rows.finish()
  }

  @Test func everyTypeGoesInAndOut() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(Self.table)
      try await connection.beginCopyIn("copy sample from stdin (format binary)")
      try await connection.copyIn(Self.encode(Self.samples))
      #expect(try await connection.endCopyIn() == 3)

      let read = try await connection.perform { db in
        var read: [Sample] = []
        try db.copyOutRows(
          Array("select * from sample".utf8),
          columns: ["id", "name", "small", "medium", "large", "flag", "ratio", "time", "body"]
        ) { row in
          read.append(
            Sample(
              id: try row.uuid(), name: try row.string(), small: try row.int16(),
              medium: try row.int32(), large: try row.int64(), flag: try row.bool(),
              ratio: try row.double(), time: try row.timestampMicroseconds()))
        }
        return read
      }
      #expect(read == Self.samples)
      // Also as text, because encoder and decoder could share one error.
      let row = try #require(try await connection.query("select * from sample").first)
      #expect(try row["id"] == Self.samples[0].id)
      #expect(try row["name"] == Self.samples[0].name)
      #expect(try row["ratio"] == Self.samples[0].ratio)
      let time: Instant = try row["time"]
      #expect(time.microseconds == Self.samples[0].time)
      #expect(try row["body"] == #"{"a": 1}"#)
    }
  }

  @Test func chunksMayEndAnywhere() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(Self.table)
      let bytes = Self.encode(Self.samples)
      try await connection.beginCopyIn("copy sample from stdin (format binary)")
      for byte in bytes { try await connection.copyIn([byte]) }
      #expect(try await connection.endCopyIn() == 3)
    }
  }

  @Test func manyRowsInChunksOfTheEncoder() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script("create table n (n bigint, id uuid)")
      try await connection.beginCopyIn("copy n from stdin (format binary)")
      var rows = BinaryCopyRows(columns: 2, capacity: 1000)
      for number in 1...50_000 {
        rows.beginRow()
        rows.append(Int64(number))
        if number.isMultiple(of: 1000) {
          rows.discardRow()
        } else {
          rows.appendNull()
        }
        if rows.byteCount > 900 { try await connection.copyIn(rows.take()) }
      }
      #expect(rows.count == 49_950)
      try await connection.copyIn(rows.finish())
      #expect(try await connection.endCopyIn() == 49_950)
      let row = try #require(try await connection.queryOne("select sum(n)::bigint as s from n"))
      #expect(try row["s"] == 1_250_025_000 - 1000 * (50 * 51 / 2))
    }
  }

  @Test(arguments: [
    ("0F8FAD5B-D9CB-469F-A165-70867728950E", true), ("0f8fad5bd9cb469fa16570867728950e", false),
    ("", false), ("0f8fad5b-d9cb-469f-a165-70867728950g", false),
  ])
  func uuidTextIsReadOrNil(text: String, isValid: Bool) {
    var copied = text
    let read = copied.withUTF8 { UUID(hexadecimal: $0) }
    #expect(read == (isValid ? UUID(uuidString: text) : nil))
  }

  /// A table whose columns have another order than the copied ones, and one column more.
  @Test func rowsGoIntoTheColumnsThatTheyAreNamedBy() async throws {
    struct Sample: Sendable, Equatable {
      var id: UUID?
      var first: Int64?
      var second: Int64?
      var name: String?
      var flag: Bool?
      var small: Int16?
      var number: Int32?
      var share: Double?
      var day: Int32?
      var at: Int64?
    }
    let table = CopyTable<Sample>(
      "sample",
      [
        .bigint("first") { $0.first }, .bigint("second") { $0.second }, .uuid("id") { $0.id },
        .text("name") { $0.name }, .boolean("flag") { $0.flag }, .smallint("small") { $0.small },
        .integer("number") { $0.number }, .double("share") { $0.share }, .date("day") { $0.day },
        .timestamptz("at") { $0.at }, .count("n") { _ in 7 },
        CopyColumn("list") { row, rows in
          rows.append(arrayOf: .integer, count: 2) { $0.append(Int32($1) + 4) }
        },
      ])
    let rows = [
      Sample(
        id: UUID(), first: 1, second: 2, name: "ä", flag: true, small: -3, number: 70_000,
        share: 0.25, day: 366, at: 946_684_800_000_000), Sample(),
    ]
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script(
        """
        create table sample (
          second bigint, first bigint, more text default 'more', at timestamptz, day date, name text,
          id uuid, share double precision, number integer, small smallint, flag boolean, n bigint,
          list integer[])
        """)
      #expect(try await connection.copy(rows, into: table) == 2)
      let read = try await connection.query(
        """
        select first, second, id, name, flag, small::int as small, number, share, day::text as day,
          at = '2000-01-01 00:00 UTC' as is_start, n, list::text as list, more
        from sample order by first nulls last
        """)
      let row = try #require(read.first)
      #expect(try row["first"] == 1)
      #expect(try row["second"] == 2)
      #expect(try row["id"] == rows[0].id)
      #expect(try row["name"] == "ä")
      #expect(try row["flag"] == true)
      #expect(try row["small"] == -3)
      #expect(try row["number"] == 70_000)
      #expect(try row["share"] == 0.25)
      #expect(try row["day"] == "2001-01-01")
      #expect(try row["is_start"] == true)
      #expect(try row["n"] == 7)
      #expect(try row["list"] == "{4,5}")
      #expect(try row["more"] == "more")
      #expect(try read.last?["second"] == Int?.none)
      #expect(try read.last?["n"] == 7)
    }
  }

  /// The code that makes the rows may fail in the middle: nothing is copied, and the connection is still
  /// usable.
  @Test func rowsThatCannotBeMadeEndTheCopy() async throws {
    struct Flaw: Error {}
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script("create table n (i bigint)")
      let table = CopyTable<Int64>("n", [.bigint("i") { $0 }])
      await #expect(throws: Flaw.self) {
        try await connection.perform { db in
          try db.copy(into: table) { put in
            try put(1)
            throw Flaw()
          }
        }
      }
      #expect(try await connection.execute("select from n") == 0)
      #expect(try await connection.copy([1, 2], into: table) == 2)
    }
  }

  @Test func aRefusedRowRefusesTheCopy() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script("create table n (n bigint check (n < 3))")
      try await connection.beginCopyIn("copy n from stdin")
      try await connection.copyIn(Array("1\n2\n3\n4\n".utf8))
      let error = await #expect(throws: PostgresError.self) { try await connection.endCopyIn() }
      #expect(error?.sqlState == "23514")
      #expect(try await connection.execute("select * from n") == 0)
    }
  }

  @Test func abortLeavesNothing() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script("create table n (n bigint)")
      try await connection.beginCopyIn("copy n from stdin")
      try await connection.copyIn(Array("1\n".utf8))
      let error = await #expect(throws: PostgresError.self) {
        try await connection.execute("select 1")
      }
      #expect(error?.label == "misuse")
      await connection.abortCopyIn("changed our mind")
      await connection.abortCopyIn("again")
      #expect(try await connection.execute("select * from n") == 0)
    }
  }

  @Test func statementsThatDoNotCopyAreRefused() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let missing = await #expect(throws: PostgresError.self) {
        try await connection.beginCopyIn("copy absent from stdin")
      }
      #expect(missing?.isUndefinedTable == true)
      let select = await #expect(throws: PostgresError.self) {
        try await connection.beginCopyIn("select 1")
      }
      #expect(select?.label == "misuse")
      #expect(try await connection.execute("select 1") == 1)
    }
  }

  /// The table is locked, so the server does not read. Without back-pressure this would fill memory; without
  /// cancellation it would wait for ever.
  @Test func aCopyThatIsHeldUpCanBeCancelled() async throws {
    try await TestDatabase.with { database in
      let (connection, other) = (try await database.connect(), try await database.connect())
      try await connection.script("create table n (n bigint)")
      try await other.script("begin; lock table n in access exclusive mode")
      let task = Task {
        try await connection.beginCopyIn("copy n from stdin")
        let chunk = Array(String(repeating: "1\n", count: 100_000).utf8)
        for _ in 1...1000 { try await connection.copyIn(chunk) }
        return try await connection.endCopyIn()
      }
      try await database.waitUntil("copy n from stdin", runs: true)
      task.cancel()
      let error = await #expect(throws: PostgresError.self) { _ = try await task.value }
      #expect(error?.isCancelled == true)
      try await other.script("rollback")
      #expect(try await connection.execute("select * from n") == 0)
    }
  }

  @Test func leavingACopyOutEarlyKeepsTheConnection() async throws {
    struct Enough: Error {}
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      await #expect(throws: Enough.self) {
        try await connection.perform { db in
          var chunks = 0
          try db.copyOut("copy (select generate_series(1, 100000000)) to stdout") { _ in
            chunks += 1
            if chunks == 10 { throw Enough() }
          }
        }
      }
      #expect(try await connection.execute("select 1") == 1)
    }
  }

  /// Two columns of one type that changed places would be read as each other.
  @Test func columnsInAnotherOrderAreNotRead() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let error = await #expect(throws: PostgresError.self) {
        try await connection.perform { db in
          try db.copyOutRows(
            Array("select 'a' as old, 'b' as new".utf8), columns: ["new", "old"]
          ) { _ in Issue.record("a row was read") }
        }
      }
      #expect(error?.code == .misuse)
      #expect(error?.detail.contains("old, new") == true)
      #expect(try await connection.execute("select 1") == 1)
    }
  }

  @Test func aServerErrorInTheMiddleOfACopyOutIsThrown() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let error = await #expect(throws: PostgresError.self) {
        try await connection.perform { db in
          try db.copyOutRows(
            Array("select 1 / (500 - n) as n from generate_series(1, 1000) as n".utf8),
            columns: ["n"]
          ) { row in
            _ = try row.int32()
          }
        }
      }
      #expect(error?.sqlState == "22012")
      #expect(try await connection.execute("select 1") == 1)
    }
  }

  @Test(arguments: [0, 5, 18, 20, 22, 25])
  func aCutBinaryCopyIsAnErrorNotATrap(length: Int) {
    let cut = Self.encode(Self.samples).prefix(length)
    #expect(throws: PostgresError.self) {
      var reader = BinaryCopyReader()
      try cut.withUnsafeBytes { bytes in
        try reader.read(bytes) { row in while row.remaining > 0 { _ = try row.next() } }
      }
    }
  }
}
