import Analytics
import Foundation
import Postgres
import Store
import TestDatabase
import Testing

/// Every statement of `sql/`, checked against the schema that the migrations make and against its calls.
@Suite struct StatementTests {
  /// PostgreSQL accepts it, and it has as many parameters as every call passes.
  @Test func everyStatementIsTakenWithTheParametersOfItsCalls() async throws {
    try #require(SQLFiles.statements.count > 150)
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      try await connection.script("begin")
      try await connection.execute(.figuresAside(Measure.tables))
      for script in SQLFiles.all where script.code.contains("create temporary table") {
        if script.isScript { try await connection.script(script.text) }
      }
      var counts = try await Self.makeTemporaryTables(connection)
      for file in SQLFiles.statements where counts[file.name] == nil {
        counts[file.name] = try await Self.prepare(file.text, of: file.path, connection)
      }
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
        let calls = Self.calls[name] ?? []
        #expect(!calls.isEmpty, "nothing in Sources runs \(name).sql")
        for call in calls {
          #expect(call.count == count, "\(call.place) gives \(name).sql \(call.count) parameters")
        }
      }
    }
  }

  /// Makes the temporary tables of statements, in whatever order they depend on each other.
  private static func makeTemporaryTables(
    _ connection: PostgresConnection
  ) async throws -> [String: Int] {
    let head = /create temporary table \w+ on commit drop as\n/
    var counts: [String: Int] = [:]
    var left = SQLFiles.statements.filter { $0.text.contains(head) }
    while !left.isEmpty {
      var others: [SQLFiles.File] = []
      for file in left {
        do {
          try await connection.script("savepoint table_made")
          try await connection.script(file.text + "\nwith no data")
          counts[file.name] = 0
        } catch {
          try await connection.script("rollback to table_made")
          others.append(file)
        }
      }
      try #require(others.count < left.count, "\(others.map(\.path)) cannot be made")
      left = others
    }
    return counts
  }

  /// - Returns: how many parameters the statement has.
  private static func prepare(
    _ text: String, of path: String, _ connection: PostgresConnection
  ) async throws -> Int? {
    do {
      try await connection.script("savepoint prepared; prepare one as \(text)")
    } catch {
      Issue.record("\(path): \(error)")
      try await connection.script("rollback to prepared")
      return nil
    }
    let row = try await connection.queryOne(
      "select cardinality(parameter_types) as count from pg_prepared_statements where name = 'one'")
    try await connection.script("deallocate one")
    return try row?["count"]
  }

  // MARK: - Calls

  struct Call: Sendable {
    var place: String
    /// The number of parameters passed. A statement that is not named in its `SQL(file:)` has those of the
    /// call in the same source that takes a file by variable; otherwise, like a statement that is copied out,
    /// none.
    var count: Int
  }

  /// By file name: each place in `Sources` that names the file.
  static let calls: [String: [Call]] = {
    var calls: [String: [Call]] = [:]
    for (place, text) in SQLFiles.sources {
      let code = text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.drop { $0 == " " }.hasPrefix("//") ? "" : $0 }.joined(separator: "\n")
      let passed = code.firstMatch(of: /SQL\(\s*file: [a-z]\w*/).map {
        arguments(code[$0.range.upperBound...])
      }
      for match in code.matches(of: /\b[A-Z]\w*\.([a-z_][a-z_0-9]*)_sql\b/) {
        let before = code[..<match.range.lowerBound]
        var count = passed ?? 0
        if before.contains(/SQL\(\s*file: $/) { count = arguments(code[match.range.upperBound...]) }
        if before.hasSuffix("String(decoding: ") { count = 0 }
        calls[String(match.1), default: []].append(Call(place: place, count: count))
      }
    }
    return calls
  }()

  /// The number of arguments up to the closing bracket of the call.
  private static func arguments(_ code: Substring) -> Int {
    var (depth, commas) = (0, 0)
    var isText = false
    var before: Character = " "
    for character in code {
      defer { before = character }
      if character == "\"", before != "\\" { isText.toggle() }
      if isText { continue }
      switch character {
      case "(", "[", "{": depth += 1
      case ")" where depth == 0: return commas
      case ")", "]", "}": depth -= 1
      case "," where depth == 0: commas += 1
      default: break
      }
    }
    return commas
  }

  @Test func argumentsAreCountedAsSwiftReadsThem() {
    for (code, count) in [
      (")", 0), (", a)", 1), (",\n  a, b)", 2), (", [a, b], f(c, d), \"x, (\")", 3),
      (", { a, b in 1 }, c))", 2),
    ] {
      #expect(Self.arguments(Substring(code)) == count, "\(code)")
    }
  }
}

/// What statements pass to each other besides rows of the schema.
@Suite struct SettingTests {
  /// Each setting that a statement reads is declared in the file of its kind, and each declared setting is
  /// read somewhere; settings that Swift sets are declared, too.
  @Test(arguments: ["measure", "plan"])
  func everySettingIsDeclaredInOneFile(kind: String) throws {
    let declaring = try #require(SQLFiles.all.first { $0.name == "\(kind)_settings" })
    let declared = Set(declaring.code.matches(of: /set_config\('(\w+\.\w+)'/).map { $0.1 })
    let described = Set(declaring.text.matches(of: /(?m)^--   (\w+\.\w+) +[a-z]/).map { $0.1 })
    #expect(!declared.isEmpty && declared == described, "\(declaring.path)")
    var read: Set<Substring> = []
    for file in SQLFiles.all where file.name != declaring.name {
      read.formUnion(
        file.code.matches(of: /current_setting\('(\w+\.\w+)'/).map(\.1)
          .filter { $0.hasPrefix("\(kind).") })
      #expect(!file.code.contains("set_config('\(kind)."), "\(file.path) sets one, too")
    }
    #expect(read == declared)
    for (place, text) in SQLFiles.sources {
      let set = text.matches(of: /set_config\('(\w+\.\w+)'/).map(\.1)
      for name in set where name.hasPrefix("\(kind).") {
        #expect(declared.contains(name), "\(place) sets \(name)")
      }
    }
  }

  /// No setting is of another kind.
  @Test func everyKindOfSettingHasItsFile() {
    for file in SQLFiles.all {
      for match in file.code.matches(of: /current_setting\('(\w+)\.\w+'/) {
        #expect(SQLFiles.all.contains { $0.name == "\(match.1)_settings" }, "\(file.path)")
      }
    }
  }
}

/// The temporary tables of a measurement, which statements and Swift share.
@Suite struct TemporaryTableTests {
  struct Table: Sendable, CustomTestStringConvertible {
    var name: String
    /// The file that creates it.
    var file: String
    /// The names in its comment: who fills it, and who reads it.
    var named: Set<String>
    var testDescription: String { name }
  }

  static let all: [Table] = SQLFiles.all.flatMap { file in
    file.text.matches(of: /((?:--.*\n)*)create temporary table (\w+)/).map { match in
      let words = match.1.replacing("\n--", with: "")
      let named = words.firstMatch(of: /(?:Filled by ([^;.]+); read|Read) by ([^.]+)\./).map {
        [$0.1, $0.2].compactMap(\.self).joined(separator: ", ")
      }
      return Table(
        name: String(match.2), file: file.name,
        named: Set((named ?? "").split(separator: ", ").map { $0.trimming(while: \.isWhitespace) }))
    }
  }

  @Test func thereAreTemporaryTables() { #expect(Self.all.count > 20) }

  /// The comment names everybody who fills or reads it, and nobody else.
  @Test(arguments: all)
  func itsCommentNamesWhoFillsAndWhoReadsIt(table: Table) throws {
    let word = try Regex("\\b\(table.name)\\b")
    let statements = SQLFiles.all.filter {
      ($0.name != table.file || table.named.contains($0.name)) && $0.code.contains(word)
    }
    let sources = SQLFiles.sources.filter { $0.text.contains("\"\(table.name)\"") }
    #expect(table.named == Set(statements.map(\.name) + sources.map(\.name)))
  }
}

extension StringProtocol {
  fileprivate func trimming(while predicate: (Character) -> Bool) -> String {
    String(drop(while: predicate).reversed().drop(while: predicate).reversed())
  }
}

@Suite struct FigureFileTests {
  /// A statement that writes figures is named after the relation: `metric_funnel.sql`; or, if several
  /// statements write to it or it is updated later, with its name as prefix: `funnel_bounds.sql`.
  @Test func aFileIsNamedByTheRelationThatItWritesTo() {
    var written: Set<Substring> = []
    for file in SQLFiles.statements {
      for match in file.code.matches(of: /(?:insert into|update) metric_(\w+?)(?:_revision)?\b/) {
        written.insert(match.1)
        #expect(
          file.name == "metric_\(match.1)" || file.name.hasPrefix("\(match.1)_"), "\(file.path)")
      }
      if file.name.hasPrefix("metric_") {
        #expect(file.code.contains("insert into \(file.name)"), "\(file.path)")
      }
    }
    #expect(written.isSubset(of: Measure.tables.map { $0[...] }))
    #expect(written.count > 8)
  }
}
