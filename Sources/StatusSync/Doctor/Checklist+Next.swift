extension Checklist.Outcome {
  /// One command or step that comes next: the first item that failed, in the order in which an
  /// installation is put together; else what a whole installation is for.
  static func next(_ checks: [Checklist.Check], hasFile: Bool) -> String {
    guard hasFile else { return "status-sync init   (writes a configuration to fill in)" }
    guard let first = checks.first(where: { !$0.ok }) else {
      return "status-sync plan   (shows what a night would do, and changes nothing)"
    }
    if first.name == "database migrated" { return "status-sync migrate" }
    return "\(step(first.name)), then: status-sync doctor"
  }

  private static func step(_ check: String) -> String {
    switch check {
    case "configuration can be read": "correct what the sentence names"
    case "database configured": "write database.url into the configuration"
    case "database reachable": "start the database, or correct its address"
    case "database sessions are our own": "name the server itself in database.url or DATABASE_URL"
    case "database login has a role": "grant the role, as the sentence says"
    case "ResMan reachable, token accepted":
      "set resman.url, and write its token into the token file"
    case "DomIQ reachable, token accepted": "set domiq.url, and write its token into the token file"
    case "webhook secret usable":
      "write the secret that DomIQ shares into domiq.webhook_secret_file"
    case "mail server reachable": "correct notify.email"
    case "reports directory writable": "correct reports.directory, or the right to write there"
    default: "correct the first item that failed"
    }
  }
}
