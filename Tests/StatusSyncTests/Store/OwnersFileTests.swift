import Foundation
import Testing

import Store

@Suite struct OwnersFileTests {
  private static func with(_ body: (_ folder: String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-file-\(UUID().uuidString)"
    ).path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  /// An existing file that everybody may write is replaced, not overwritten: a program that has it open keeps
  /// the old one.
  @Test func aNewFileTakesThePlaceOfTheOldOne() throws {
    try Self.with { folder in
      let path = folder + "/plan.json"
      try Data("old".utf8).write(to: URL(fileURLWithPath: path))
      chmod(path, 0o666)
      let open = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      try OwnersFile.write(Data("new".utf8), to: path)
      #expect(FileManager.default.contents(atPath: path) == Data("new".utf8))
      #expect(Self.mode(path) == 0o600)
      let old = try open.readToEnd()
      #expect(old == Data("old".utf8))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["plan.json"])
    }
  }

  /// Another user's link is neither followed nor replaced.
  @Test func aLinkIsLeftAlone() throws {
    try Self.with { folder in
      try Data("other".utf8).write(to: URL(fileURLWithPath: folder + "/other"))
      symlink("other", folder + "/link")
      #expect(throws: OwnersFileError.self) {
        try OwnersFile.write(Data("new".utf8), to: folder + "/link")
      }
      #expect(FileManager.default.contents(atPath: folder + "/other") == Data("other".utf8))
    }
  }

  @Test func aFailureHasAMessageAndLeavesNothing() throws {
    try Self.with { folder in
      for path in ["/nowhere/plan.json", "/inside"] {
        try? FileManager.default.createDirectory(
          atPath: folder + "/inside/full", withIntermediateDirectories: true)
        let error = #expect(throws: OwnersFileError.self) {
          try OwnersFile.write(Data(), to: folder + path)
        }
        #expect(error?.description.contains(folder + path) == true)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["inside"])
    }
  }
}
