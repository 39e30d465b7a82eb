import Foundation
import Postgres
import TestDatabase
import Testing

import Store

/// Texts from ResMan, from DomIQ and from whoever names a key, on the operator's terminal.
@Suite struct HostileTextTests {
  private static let hostile = "x\u{1B}]0;owned\u{7}\r\n\u{202E}yz\u{9B}1m\u{2028}"

  @Test func noCommandWritesThemRaw() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      let text = Self.hostile
      try await connection.execute(
        """
        insert into lead (resman_lead_id, domiq_raw, resman_raw, base) values ('L-1', \(text), \(text), 'new')
        """)
      try await connection.execute(
        """
        insert into review_item (resman_lead_id, domiq_raw, resman_raw, verdict, rule, reason, first_seen,
          last_seen)
        values ('L-1', \(text), \(text), 'unmapped', 3, \(text), now(), now())
        """)
      try await connection.execute(
        """
        insert into status_sync_log (resman_lead_id, new_status, status_reason, updated_by,
          sync_direction, sync_status, failure)
        values ('L-1', 'contacted', \(text), 'system', 'to_resman', 'failed', \(text))
        """)
      try await connection.execute(
        """
        insert into api_key (name, key_hash, hint, updated_by) values (\(text), 'x', 'h', 'chatbot')
        """)
      for command in [
        ["review", "list"], ["review", "show", "L-1"], ["history", "L-1"], ["key", "list"],
        ["explain", "--lead", "L-1"], ["status"],
      ] {
        for format in [[], ["--json"]] {
          let ended = try Program.run(
            command + format, environment: ["DATABASE_URL": database.url])
          #expect(ended.status == 0, "\(command): \(ended.err)")
          let raw = (ended.out + ended.err).unicodeScalars.filter {
            $0 != "\n"
              && ($0.properties.generalCategory == .control
                || $0.properties.generalCategory == .lineSeparator || $0.properties.isBidiControl)
          }
          #expect(raw.isEmpty, "\(command + format)")
          if format.isEmpty, command != ["status"], command != ["explain", "--lead", "L-1"] {
            #expect(
              ended.out.contains(#"\u{1b}"#) && ended.out.contains(#"\u{202e}"#), "\(command)")
          }
        }
      }
    }
  }
}
