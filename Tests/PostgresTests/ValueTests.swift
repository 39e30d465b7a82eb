import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

@Suite struct ValueTests {
  @Test func everyTypeRoundTrips() async throws {
    let id = UUID()
    let time = Instant(microseconds: 1_767_225_600_250_000)
    let texts = ["plain", "quo\"te", "back\\slash", "comma,brace{}", "NULL", "", "ü 🏠\n"]
    let row = try await one(
      """
      select \(true)::boolean as bool, \(Int16.min)::smallint as int16, \(Int32.max)::integer as int32,
        \(Int64.min)::bigint as int64, \(42)::bigint as int, \(0.1)::double precision as double,
        \("o'hare; drop table x; -- ü🏠")::text as text, \(id)::uuid as id,
        \(time)::timestamptz as time, \(texts)::text[] as texts, \([id])::uuid[] as ids,
        \([1, -2])::bigint[] as ints, \(JSONText(#"{"a":1}"#))::jsonb as json
      """)
    #expect(try row["bool"] == true)
    #expect(try row["int16"] == Int16.min)
    #expect(try row["int32"] == Int32.max)
    #expect(try row["int64"] == Int64.min)
    #expect(try row["int"] == 42)
    #expect(try row["double"] == 0.1)
    #expect(try row["text"] == "o'hare; drop table x; -- ü🏠")
    #expect(try row["id"] == id)
    #expect(try row["time"] == time)
    #expect(try row["texts"] == texts)
    #expect(try row["ids"] == [id])
    #expect(try row["ints"] == [1, -2])
    let json: JSONText = try row["json"]
    #expect(json.text == #"{"a": 1}"#)
  }

  @Test func nullIsNilAndNilIsNull() async throws {
    let row = try await one(
      """
      select \(String?.none)::text is null as is_null, null::integer as number,
        array['a', null] as texts, \([1, nil] as [Int?])::int[] as ints
      """)
    #expect(try row["is_null"] == true)
    #expect(try row["number"] == Int?.none)
    #expect(try row["texts"] == ["a", nil] as [String?])
    #expect(try row["ints"] == [1, nil] as [Int?])
    #expect(throws: PostgresError.self) { let _: Int = try row["number"] }
    #expect(throws: PostgresError.self) { let _: [String] = try row["texts"] }
  }

  @Test(arguments: [
    "1970-01-01 00:00:00+00", "1999-12-31 23:59:59.999999+00", "2000-02-29 12:00:00.5+00",
    "2100-03-01 00:00:00.000001+00", "0001-01-01 00:00:00+00", "9999-12-31 23:59:59+00",
  ])
  func timesAreExactToTheMicrosecond(text: String) async throws {
    let row = try await one(
      "select \(text)::timestamptz as time, extract(epoch from \(text)::timestamptz) * 1000000 as us"
    )
    let time: Instant = try row["time"]
    let micros: Double = try row["us"]
    #expect(Double(time.microseconds) == micros)
    let back = try await one("select \(time)::timestamptz = \(text)::timestamptz as same")
    #expect(try back["same"] == true)
  }

  @Test func aValueOfAnotherTypeIsAnErrorNotATrap() async throws {
    let row = try await one(
      """
      select 'abc' as word, 9223372036854775807 as big, 'infinity'::timestamptz as forever,
        '{{1}}'::int[] as nested, 32768 as wide
      """)
    #expect(throws: PostgresError.self) { let _: Int = try row["word"] }
    #expect(throws: PostgresError.self) { let _: Bool = try row["word"] }
    #expect(throws: PostgresError.self) { let _: UUID = try row["word"] }
    #expect(throws: PostgresError.self) { let _: Double = try row["word"] }
    #expect(throws: PostgresError.self) { let _: Int32 = try row["big"] }
    #expect(throws: PostgresError.self) { let _: Int16 = try row["wide"] }
    #expect(throws: PostgresError.self) { let _: Instant = try row["forever"] }
    #expect(throws: PostgresError.self) { let _: [Int] = try row["nested"] }
    #expect(throws: PostgresError.self) { let _: Int = try row["absent"] }
    #expect(throws: PostgresError.self) { let _: Int = try row[at: 9] }
  }

  enum Colour: String, PostgresEncodable, PostgresDecodable { case red, blue }

  @Test func enumerationsTravelAsRawValues() async throws {
    let row = try await one("select \(Colour.red)::text as known, 'green' as unknown")
    #expect(try row["known"] == Colour.red)
    #expect(throws: PostgresError.self) { let _: Colour = try row["unknown"] }
  }

  @Test func interpolationBindsAndIdentifiersAreQuoted() async throws {
    let evil = #"x"; drop table t; --"#
    let sql: SQL = "select 1 as \(identifier: evil), \(evil) as value"
    #expect(sql.text == #"select 1 as "x""; drop table t; --", $1 as value"#)
    let row = try await one(sql)
    #expect(try row[evil] == 1)
    #expect(try row["value"] == evil)
  }

  @Test func aNulInAParameterIsRefusedBeforeItIsCutShort() async throws {
    await #expect(throws: PostgresError.self) { _ = try await one("select \("a\0b")::text as t") }
  }

  @Test func filesTakeTheirParametersInOrder() async throws {
    let file = Array("-- a comment\nselect $1::int - $2::int as difference".utf8)
    let row = try await one(SQL(file: file, 7, 5))
    #expect(try row["difference"] == 2)
  }

  private func one(_ sql: SQL) async throws -> Row {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      return try #require(try await connection.queryOne(sql))
    }
  }
}
