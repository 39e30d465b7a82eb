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
    return check
  }
}
