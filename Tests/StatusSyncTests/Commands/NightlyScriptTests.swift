import Foundation
import Testing

/// The scripts of cron/; they and a service read one environment file in the same way.
@Suite struct NightlyScriptTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A folder with a `status-sync` that is found by PATH, and a file of variables.
  private static func with(
    _ variables: String, program: String = "exec \"$PROGRAM\" $command \"$@\"",
    _ body: (_ environment: [String: String], _ file: String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-cron-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Runs a shell whose script has the command's name. A file that was written just now is not executed,
    // because another process may still have it open.
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending(path: "status-sync").path(), withDestinationPath: "/bin/sh")
    for command in ["run", "deliver"] {
      try Data("command=\(command)\n\(program)\n".utf8).write(to: folder.appending(path: command))
    }
    // The scripts start the program in this folder; see `Program.folder`.
    try Data().write(to: folder.appending(path: "status-sync.yaml"))
    let file = folder.appending(path: "environment")
    try Data(variables.utf8).write(to: file)
    try body(
      [
        "PATH": "\(folder.path()):/usr/bin:/bin", "PROGRAM": Program.path,
        "STATUS_SYNC_ENVIRONMENT": file.path(),
      ], file.path())
  }

  private static func script(
    _ name: String, _ environment: [String: String]
  ) throws -> (status: Int32, out: String) {
    let process = Process()
    process.executableURL = root.appending(path: "cron/\(name)")
    process.environment = environment
    process.currentDirectoryURL = environment["STATUS_SYNC_ENVIRONMENT"].map {
      URL(fileURLWithPath: $0).deletingLastPathComponent()
    }
    let out = Pipe()
    process.standardOutput = out
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static let variables = """
    # As a service gets them.
    DATABASE_URL=postgresql://u@127.0.0.1:1/night?application_name=a&connect_timeout=2
    STATUS_SYNC_RESMAN_URL='http://127.0.0.1:1'
    STATUS_SYNC_RESMAN_TOKEN=t&0
    STATUS_SYNC_DOMIQ_URL=http://127.0.0.1:1
    STATUS_SYNC_DOMIQ_TOKEN="t"
    STATUS_SYNC_DOMIQ_WEBHOOK_SECRET=whsec_YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=

    """

  /// cron/nightly and systemd derive the same configuration from the file; systemd is simulated as its manual
  /// describes.
  @Test func cronAndAServiceReadOneFileAlike() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-it's $HOME;x&y-\(UUID().uuidString)"
    ).path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let service = [
      "DATABASE_URL": "postgresql://u@127.0.0.1:1/night?application_name=a&connect_timeout=2",
      "STATUS_SYNC_RESMAN_URL": "http://127.0.0.1:1", "STATUS_SYNC_RESMAN_TOKEN": "t&0",
      "STATUS_SYNC_DOMIQ_URL": "http://127.0.0.1:1", "STATUS_SYNC_DOMIQ_TOKEN": "t",
      "STATUS_SYNC_DOMIQ_WEBHOOK_SECRET": "whsec_YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=",
      "STATUS_SYNC_REPORTS_DIRECTORY": folder,
    ]
    let unit = try Program.run(["doctor", "--json"], environment: service)
    try Self.with(
      Self.variables + "STATUS_SYNC_REPORTS_DIRECTORY = \(folder)  \n",
      program: "exec \"$PROGRAM\" doctor --json"
    ) { environment, _ in
      let cron = try Self.script("nightly", environment)
      #expect(cron.status == unit.status && unit.status == 69, "\(cron.out)\(unit.err)")
      let end = try #require(cron.out.range(of: "\n}\n"))
      let found = String(cron.out[..<end.upperBound])
      #expect(found == unit.out)
      #expect(found.contains("$HOME;x&y") && found.contains("\"name\" : \"database reachable\""))
    }
  }

  @Test func aFailedNightSaysWhenWhereAndWhy() throws {
    try Self.with(Self.variables) { environment, _ in
      let cron = try Self.script("nightly", environment)
      #expect(cron.status == 69, "\(cron.out)")
      let lines = cron.out.split(separator: "\n")
      #expect(lines.count == 2, "\(cron.out)")
      for line in lines {
        let fields = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(fields["host"]?.isEmpty == false && fields["level"] == "error")
        #expect(fields["time"]?.hasSuffix("Z") == true && fields["exit"] == "69")
      }
      #expect(lines.first?.contains(#""stage":"start""#) == true)
      #expect(lines.first?.contains("the database night at 127.0.0.1:1 cannot be reached") == true)
    }
  }

  @Test func ordinaryNightsAreSilent() throws {
    for (status, isSilent) in [(0, true), (3, true), (4, false), (5, false), (70, false)] {
      try Self.with("", program: "echo something; exit \(status)") { environment, _ in
        let cron = try Self.script("nightly", environment)
        #expect(cron.status == status && cron.out.isEmpty == isSilent)
      }
    }
  }

  @Test(arguments: ["nightly", "deliver"])
  func aFileThatCannotBeReadIsAMistake(_ script: String) throws {
    try Self.with("no assignment\n") { environment, file in
      #expect(try Self.script(script, environment).status == 78)
      var elsewhere = environment
      elsewhere["STATUS_SYNC_ENVIRONMENT"] = file + ".missing"
      let missing = try Self.script(script, elsewhere)
      #expect(missing.status == 78 && missing.out.contains(".missing cannot be read"))
    }
  }

  /// A night must not run on an empty database because a variable is missing.
  @Test(arguments: [
    ["run"], ["plan"], ["apply", "/dev/null"], ["deliver"], ["serve"], ["report"], ["migrate"],
    ["status"], ["review", "list"], ["history", "L-1"], ["verify", "latest"], ["key", "list"],
  ])
  func withoutADatabaseNothingRuns(_ command: [String]) throws {
    let ended = try Program.run(command, environment: ["STATUS_SYNC_ENVIRONMENT": "/dev/null"]) {
      folder in
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
      #expect(files == ["status-sync.yaml"])
    }
    let expected: Int32 = command[0] == "apply" ? 64 : 78
    #expect(ended.status == expected, "\(ended.err)")
    #expect(ended.err.split(separator: "\n").count == 1)
  }

  /// Commands that only read create no database.
  @Test(arguments: [
    ["status"], ["review", "list"], ["review", "show", "L-1"], ["history", "L-1"],
    ["audit", "latest"], ["key", "list"], ["explain", "--lead", "L-1"], ["doctor"],
  ])
  func aReadingCommandCreatesNoDatabase(_ command: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-none-\(UUID().uuidString)")
    let ended = try Program.run(command + ["--data-dir", folder.path()])
    #expect(ended.status == 78, "\(ended.err)")
    #expect((ended.err + ended.out).contains("there is no database in"))
    #expect(!FileManager.default.fileExists(atPath: folder.path()))
  }
}
