import Foundation

/// A configuration to fill in: every key there is, with what it means, most of them commented out at their
/// default.
package struct ConfigurationTemplate: Sendable {
  /// One line that has to be filled in.
  package struct Blank: Sendable, Equatable, Codable {
    package var line: Int
    package var key: String
    package var meaning: String
  }

  /// A file with a secret, without which nothing runs.
  package struct SecretFile: Sendable, Equatable, Codable {
    package var path: String
    package var holds: String
  }

  package let text: String
  /// The files that the text names and somebody has to write.
  package let secrets: [SecretFile]

  /// - Parameters:
  ///   - folder: where the files with secrets are to be.
  ///   - reports: where the folders of the nights are to be.
  package init(folder: String, reports: String) {
    text = Self.text(folder: folder, reports: reports)
    secrets = [
      SecretFile(path: "\(folder)/resman.token", holds: "the token of ResMan"),
      SecretFile(path: "\(folder)/domiq.token", holds: "the token of DomIQ"),
      SecretFile(
        path: "\(folder)/webhook.secret", holds: "the secret that signs the webhooks to DomIQ"),
    ]
  }

  /// The keys without which nothing runs.
  private static let needed: [(key: String, meaning: String)] = [
    ("resman.url", "the address of ResMan"), ("domiq.url", "the address of DomIQ"),
    ("database.url", "the database, as postgresql://USER@HOST/NAME"),
  ]

  /// The three lines, in their order.
  package var blanks: [Blank] {
    var section = ""
    var found: [Blank] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasSuffix(":"), !line.hasPrefix(" "), !line.hasPrefix("#") {
        section = String(line.dropLast())
      }
      guard line.hasPrefix("  url:") else { continue }
      for (key, meaning) in Self.needed where key == "\(section).url" {
        found.append(Blank(line: index + 1, key: key, meaning: meaning))
      }
    }
    return found
  }

  // swift-format-ignore
  private static func text(folder: String, reports: String) -> String {
    """
    # StatusSync. Three lines have to be filled in: the three that say `url: ""`. Then: status-sync doctor
    # A key that is commented out has the default shown. Each key can also be set by a variable, which has
    # precedence over this file: resman.page_size is STATUS_SYNC_RESMAN_PAGE_SIZE.

    resman:
      url: ""                       # https://…
      # The token that is sent to it: a file that only its owner can read (chmod 600).
      token_file: \(folder)/resman.token
      # What its webhooks are signed with, where that is not DomIQ's secret.
      #webhook_secret_file: \(folder)/resman-webhook.secret
      #requests_per_second: 20
      #concurrency: 8
      #page_size: 1000
      #timeout_seconds: 30
      #write: all                   # none: ResMan is only read, and what would be written is listed
      # ResMan's own partner interface, in place of the status API (docs/vendors.md).
      #kind: status_api
      #events_url: https://…
      #account_id: …
      #partner_id: …
      #appointment_event: Appointment
      # write: careful enters events in the name of an employee.
      #agent_id: …
      #source_id: …
      #poll_seconds: 300            # how often serve asks it for changes; 0: never

    domiq:
      url: ""                       # https://…
      token_file: \(folder)/domiq.token
      # Signs the webhooks to DomIQ: whsec_ and base64 of 24 to 64 bytes.
      webhook_secret_file: \(folder)/webhook.secret
      #requests_per_second: 20
      #concurrency: 8
      #page_size: 1000
      #timeout_seconds: 30
      #write: all
      # DomIQ's own database, in place of its API (docs/vendors.md).
      #kind: status_api
      #database_url_file: \(folder)/domiq.url
      #company_id: …
      #country: US                  # of telephone numbers without a country code; US or CA

    database:
      url: ""                       # postgresql://USER@HOST/NAME; the password goes into ~/.pgpass
      #schema: status_sync          # its own schema, where others use the database, too

    reports:
      directory: \(reports)
      #keep_days: 400               # folders
      #excel: true
      #leads: true                  # leads.csv, about 200 bytes a lead and night
      #funnel_window_days: 90
      # Who gets the report: roles, addresses, or slack, separated by commas. Weekly: after a week's first night.
      #recipients:
        #portfolio:
          #nightly: …
          #weekly: …
        #property:
          #nightly: …
          #weekly: …
      #attach_workbook: false
      # The web address of the folder, for the link in a message.
      #link_base: …

    # How long the database keeps what the nights write; the log is kept for good.
    #keep:
      #nights: 35                   # every measurement of these days, then one a week, then one a month
      #weeks: 12
      #months: 36
      #drift_days: 400              # runs and their drift
      #messages_days: 400           # messages and follow-ups that have ended

    # The way to both systems, where it is not direct. HTTPS_PROXY and NO_PROXY are used where nothing is set here.
    #http:
      #proxy: http://proxy.example.com:3128
      #no_proxy: localhost
      #ca_file: /etc/ssl/certs/own-ca.pem

    # What is done where both systems differ: review, resman, domiq or forward.
    #policy:
      #conflict: forward
      #unbased: review
      #unknown_status: quarantine
      #notify_on_repair: false

    # Safety limits of one night.
    #limits:
      #repairs_per_property: 200
      #repair_percent: 20
      #min_population: 10
      #terminal_moves: 25
      #settle_seconds: 60
      #deadline_seconds: 14400
      #backfill_leads: 10000
      #vanished_percent: 50

    # The live API (status-sync serve).
    #api:
      #host: 127.0.0.1
      #port: 8080
      #pool_size: 8
      #in_flight: 256
      #in_flight_per_key: 64

    # Who is told of nights that fail, or do not start.
    #metrics:
      #textfile: /var/lib/prometheus/node-exporter/status-sync.prom
    #monitor:
      #ping_url: https://hc-ping.com/…
      #email: ops@example.com
      #slack_webhook_url_file: \(folder)/ops-slack.url
      #stale_hours: 26
      #otlp_endpoint: http://localhost:4318

    # How staff and prospects are written to.
    #notify:
      #timeout_seconds: 20
      #email:
        #smtp_url: smtp://mail.example.com:587
        #from: status-sync@example.com
        #username: status-sync
        #password_file: \(folder)/mail.password
        #starttls: auto
        #ca_file: /etc/ssl/certs/own-ca.pem
      #slack:
        #webhook_url_file: \(folder)/slack.url
        #hosts: hooks.slack.com hooks.slack-gov.com
      #sms:
        #url: https://api.twilio.com
        #account: AC00000000
        #from: "+15125550100"
        #token_file: \(folder)/sms.token

    # Words that a system says beside the standard ones (docs/rules.md).
    #mapping:
      #domiq:
        #nurturing: contacted

    """
  }
}
