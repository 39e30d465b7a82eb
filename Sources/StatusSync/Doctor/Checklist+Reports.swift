import Foundation
import Reports

extension Checklist {
  /// Whether a night can write its report. A directory that is missing is not made: it would belong to whoever asks.
  func reports() -> Check {
    let path = URL(fileURLWithPath: settings.reports.directory).standardizedFileURL.path
    // The directory, or the nearest one above it that is there.
    var place = path
    var status = stat()
    while lstat(place, &status) != 0, errno == ENOENT, place != "/" {
      place = (place as NSString).deletingLastPathComponent
    }
    var check = Check(name: "reports directory writable", ok: true, reasons: [])
    do {
      if place == path {
        let probe = ".doctor.\(ProcessInfo.processInfo.processIdentifier)"
        let directory = try OutputDirectory.create(at: path)
        _ = try directory.makeFile(probe).close()
        try directory.remove(probe)
      } else if access(place, W_OK | X_OK) != 0 {
        throw ReportError.system("create the directory \(path)")
      }
    } catch {
      check.ok = false
      check.reasons = [String(describing: error)]
      return check
    }
    if geteuid() == 0, status.st_uid != 0 {
      check.reasons = [
        "\(place) is not root's, and root may write anywhere: run doctor as its owner"
      ]
      check.warning = true
    }
    if !settings.reports.linkBase.isEmpty, Self.isForItsOwnerOnly(path) {
      check.reasons.append(
        "reports.link_base leads to files that only their owner may read: make \(path) with mode 2750 and the web "
          + "server's group, below directories that it may search")
      check.warning = true
    }
    return check
  }

  /// Whether reports in a directory are readable by its owner only: by its mode, by their group, or because of a
  /// directory above it. One that is missing is made so.
  private static func isForItsOwnerOnly(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & 0o050 == 0o050,
      status.st_mode & 0o2000 != 0 || status.st_gid == getegid()
    else { return true }
    var above = (path as NSString).deletingLastPathComponent
    while above.count > 1 {
      guard stat(above, &status) == 0, status.st_mode & 0o011 != 0 else { return true }
      above = (above as NSString).deletingLastPathComponent
    }
    return false
  }
}
