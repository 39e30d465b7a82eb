import ArgumentParser
import Demo
import Foundation
import Settings
import StatusSync
import Store

/// A commented configuration to fill in.
struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a commented configuration, and name the lines and files to fill in.",
    discussion: """
      As root it writes /etc/status-sync/config.yaml, otherwise status-sync.yaml in this folder; or the file \
      that --config names. An existing file is not changed.

      \(ExitStatus.help([.converged, .usage, .configuration]))
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "The folder for the files with secrets (default: the folder of the configuration).",
      valueName: "folder"))
  var secrets: String?

  struct Done: Encodable {
    var file: String
    var fill_in: [ConfigurationTemplate.Blank]
    var secrets: [ConfigurationTemplate.SecretFile]
    var next: String
  }

  func run() async throws {
    try await common.run { [self] in
      let isRoot = geteuid() == 0
      let path = URL(
        fileURLWithPath: common.config ?? Settings.standardPaths[isRoot ? 1 : 0]
      ).standardizedFileURL.path
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      if common.config == nil, isRoot {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o755])
      }
      guard access(path, F_OK) != 0 else {
        throw ConfigurationError(
          "\(path) is there already; it was left as it is: status-sync doctor checks it")
      }
      let place = secrets ?? folder
      let isSystem = place == "/etc/status-sync"
      let template = ConfigurationTemplate(
        folder: place, reports: isSystem ? "/var/lib/status-sync/reports" : "\(folder)/reports")
      try OwnersFile.write(Data(template.text.utf8), to: path, isPublic: isSystem)
      let isFound = common.config == nil
      let next = "status-sync doctor" + (isFound ? "" : " --config \(DemoDay.quoted(path))")
      let blanks = Terminal.table(
        ["line", "key", "write there"],
        template.blanks.map { ["\($0.line)", $0.key, $0.meaning] })
      let files = Terminal.table(
        ["file", "write into it"], template.secrets.map { [$0.path, $0.holds] })
      try common.print(
        Done(file: path, fill_in: template.blanks, secrets: template.secrets, next: next),
        human: """
          Wrote \(path). Fill in three lines:

          \(blanks)

          Write three files that only their owner can read (chmod 600):

          \(files)

          Then: \(next)
          """)
      return .converged
    }
  }
}
