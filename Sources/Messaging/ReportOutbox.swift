import Foundation
import Leads
import Postgres
import Settings
import Store

/// One report as people get it, on every channel.
package struct ReportMessage: Sendable, Equatable {
  /// What makes two of them the same report: its period, and what it is about.
  package var key: String
  package var template: String
  /// Null: all properties together.
  package var propertyID: UUID?
  /// One line.
  package var subject: String
  /// The text part of an email.
  package var text: String
  /// The page of an email.
  package var html: String
  /// The message to Slack.
  package var slack: String
  /// A file that goes with an email; null: none.
  package var attachment: String?

  package init(
    key: String, template: String, propertyID: UUID?, subject: String, text: String, html: String,
    slack: String, attachment: String?
  ) {
    self.key = key
    self.template = template
    self.propertyID = propertyID
    self.subject = subject
    self.text = text
    self.html = html
    self.slack = slack
    self.attachment = attachment
  }
}

/// Writes reports into the outbox: one row a mailbox and report, whatever is written again and whoever names the mailbox.
package struct ReportOutbox: Sendable {
  /// Where one recipient gets a report.
  package struct Mailbox: Sendable, Equatable {
    package var channel: NotificationChannel
    /// As named.
    package var recipient: String
    /// Null: Slack's configured webhook.
    package var address: String?
    /// Why it cannot be sent; it is a dead letter from the start.
    package var flaw: String?
  }

  private let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// The mailboxes of roles and addresses.
  /// - Parameter property: whose report it is; a role without a contact of its own there gets none. Null: all properties
  ///   together; a role without a contact for all of them is told as a dead letter.
  package func mailboxes(of names: [String], property: UUID?) async throws -> [Mailbox] {
    var found: [Mailbox] = []
    for name in names {
      if Recipient.email(name) != nil {
        found.append(Mailbox(channel: .email, recipient: name, address: name))
        continue
      }
      if name == ReportRecipients.slack {
        found.append(Mailbox(channel: .slack, recipient: name))
        continue
      }
      let rows = try await connection.query(
        SQL(file: PackageResources.report_addresses_sql, property, name))
      for row in rows {
        let channel: String = try row["channel"]
        found.append(
          Mailbox(
            channel: channel == "slack" ? .slack : .email, recipient: name,
            address: try row["address"]))
      }
      if rows.isEmpty, property == nil {
        found.append(
          Mailbox(
            channel: .email, recipient: name,
            flaw: "the role has no address for all properties in notification_contact"))
      }
    }
    return found
  }

  /// Writes one message for each mailbox, all of them or none.
  /// - Returns: how many are new and on their way.
  package func enqueue(_ report: ReportMessage, to mailboxes: [Mailbox]) async throws -> Int {
    try await connection.transaction { db in
      var sent = 0
      for mailbox in mailboxes {
        let isEmail = mailbox.channel == .email
        let isNew =
          try db.execute(
            SQL(
              file: PackageResources.report_insert_sql, report.key, report.propertyID,
              mailbox.channel.rawValue, mailbox.recipient, mailbox.address, report.template,
              report.subject, isEmail ? report.text : report.slack, isEmail ? report.html : nil,
              isEmail ? report.attachment : nil, mailbox.flaw)) == 1
        if isNew, mailbox.flaw == nil { sent += 1 }
      }
      return sent
    }
  }
}
