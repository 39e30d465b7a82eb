import Foundation

/// A file that only its owner may read: for plans, keys and tokens.
package enum OwnersFile {
  /// Fails early, before the work, where a file could not be written.
  package static func check(_ path: String) throws(OwnersFileError) {
    // A device or a link is not replaced.
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw OwnersFileError(path: path, number: EEXIST)
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK | X_OK) == 0 else { throw OwnersFileError(path: path, number: errno) }
  }

  /// Writes a file with mode 0600, completely or not at all; replaces only a regular file.
  /// - Parameter isPublic: everybody may read it (0644), whatever the process' umask is.
  /// - Throws: `OwnersFileError` where the folder cannot be written to.
  package static func write(
    _ data: Data, to path: String, isPublic: Bool = false
  ) throws(OwnersFileError) {
    try check(path)
    let draft = "\(path).\(UUID().uuidString.prefix(8)).tmp"
    let descriptor = open(
      draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw OwnersFileError(path: path, number: errno) }
    if isPublic { fchmod(descriptor, 0o644) }
    let number = writeAll(data, descriptor)
    close(descriptor)
    guard number == 0 else {
      unlink(draft)
      throw OwnersFileError(path: path, number: number)
    }
    guard rename(draft, path) == 0 else {
      let number = errno
      unlink(draft)
      throw OwnersFileError(path: path, number: number)
    }
  }

  /// The number of the error, 0 where all is written.
  private static func writeAll(_ data: Data, _ descriptor: Int32) -> Int32 {
    var rest = Array(data)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = rest.dropFirst(written)
    }
    return fsync(descriptor) == 0 ? 0 : errno
  }
}

/// Why a file could not be written; an earlier file is unchanged. Exit status 78.
package struct OwnersFileError: Error, Sendable, Equatable, CustomStringConvertible {
  package let path: String
  package let number: Int32

  package init(path: String, number: Int32) {
    self.path = path
    self.number = number
  }

  package var description: String {
    "\(path) cannot be written: \(String(cString: strerror(number)))"
  }
}

extension OwnersFileError: CodedError {
  package var errorCode: ErrorCode { .file }
}

extension FileHandle {
  /// A new file for reading and writing without a name: readable by its owner only, and gone when it is closed.
  /// - Parameter what: the beginning of the name that it has for a moment, in the folder of temporary files.
  package static func nameless(_ what: String) throws -> FileHandle {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(what)-XXXXXX").path()
    var template = Array(path.utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw OwnersFileError(path: path, number: errno) }
    unlink(template)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
