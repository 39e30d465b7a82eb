import Foundation
import Glibc

/// An open directory. Everything inside is reached from its descriptor, so that no symbolic link, and no
/// directory that was replaced meanwhile, redirects a write.
package final class OutputDirectory: Sendable {
  /// The kind of entry that a name in a directory is.
  package enum Kind: Equatable { case nothing, directory, file, link, other }

  /// For messages.
  package let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens the directory at `path`, creating it (mode 0700) and its parents where missing.
  package static func create(at path: String) throws(ReportError) -> OutputDirectory {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      // Opening it gives a more precise error.
    }
    return try existing(at: path)
  }

  /// Opens the directory at `path`, which has to be there.
  static func existing(at path: String) throws(ReportError) -> OutputDirectory {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open the directory \(path)") }
    return OutputDirectory(path: path, descriptor: descriptor)
  }

  /// Makes a directory (mode 0700) that is not there yet, and opens it.
  func makeDirectory(_ name: String) throws(ReportError) -> OutputDirectory {
    guard mkdirat(descriptor, name, 0o700) == 0 else {
      throw .system("create the directory \(path)/\(name)")
    }
    return try openDirectory(name)
  }

  /// Opens a directory that is there.
  func openDirectory(_ name: String) throws(ReportError) -> OutputDirectory {
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { throw .system("open the directory \(path)/\(name)") }
    return OutputDirectory(path: "\(path)/\(name)", descriptor: opened)
  }

  /// Creates a file (mode 0600) that is not there yet.
  package func makeFile(_ name: String) throws(ReportError) -> OutputFileHandle {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let opened = openat(descriptor, name, flags, 0o600)
    guard opened >= 0 else { throw .system("create \(path)/\(name)") }
    return OutputFileHandle(path: "\(path)/\(name)", descriptor: opened)
  }

  /// Creates a file (mode 0600) that is not there yet, for a library that opens files itself, and reads it back.
  /// - Parameter body: gets a path of the file and one of this directory; both are of open descriptors, so that no
  ///   link is followed.
  func makeFile(
    _ name: String, by body: (_ file: String, _ folder: String) throws -> Void
  ) throws -> OutputFileHandle.Digest {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let opened = openat(descriptor, name, flags, 0o600)
    guard opened >= 0 else { throw ReportError.system("create \(path)/\(name)") }
    let file = FileHandle(fileDescriptor: opened, closeOnDealloc: true)
    try body("/proc/self/fd/\(opened)", "/proc/self/fd/\(descriptor)")
    guard fsync(opened) == 0 else { throw ReportError.system("sync \(path)/\(name)") }
    return try OutputFileHandle.digest(of: file)
  }

  /// The content of a small file; nil if it is not there, is a link, or is over a mebibyte.
  package func contents(of name: String) -> Data? {
    let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: opened, closeOnDealloc: true)
    let limit = 1 << 20
    guard let data = try? file.read(upToCount: limit + 1), data.count <= limit else { return nil }
    return data
  }

  /// A file of any size, read as it is looked at; nil if it is not there or is a link.
  /// - Throws: where it is there and may not be read.
  func mapped(_ name: String) throws(ReportError) -> Data? {
    let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else {
      if errno == ENOENT || errno == ELOOP { return nil }
      throw .system("read \(path)/\(name)")
    }
    defer { close(opened) }
    return try? Data(
      contentsOf: URL(fileURLWithPath: "/proc/self/fd/\(opened)"), options: .alwaysMapped)
  }

  /// What `name` is, links not followed.
  package func kind(of name: String) throws(ReportError) -> Kind {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return .nothing }
      throw .system("look at \(path)/\(name)")
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .directory
    case S_IFREG: return .file
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// The names inside, sorted.
  package func names() throws(ReportError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd/\(descriptor)")
        .sorted()
    } catch {
      throw ReportError(.system, "list \(path)", number: EIO)
    }
  }

  /// Lets the directory's group read a folder below it and everything in that (0750 and 0640, whatever the umask is),
  /// where the group may read and search the directory itself. What belongs to another group stays closed, and nobody
  /// else gets any right.
  ///
  /// Called when everything is written: a directory loses its set-group-ID bit, which gives new entries their group.
  func shareWithGroup(_ folder: OutputDirectory) throws(ReportError) {
    let own = try Self.status(of: descriptor, path: path)
    guard own.st_mode & 0o050 == 0o050 else { return }
    try folder.share(with: own.st_gid)
  }

  private func share(with group: gid_t) throws(ReportError) {
    for name in try names() {
      if try kind(of: name) == .directory {
        try openDirectory(name).share(with: group)
      } else {
        let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { throw .system("open \(path)/\(name)") }
        defer { close(opened) }
        try Self.allow(0o640, to: group, of: opened, path: "\(path)/\(name)")
      }
    }
    try Self.allow(0o750, to: group, of: descriptor, path: path)
  }

  /// Sets a mode, unless the entry has another group, or has these rights.
  private static func allow(
    _ mode: mode_t, to group: gid_t, of descriptor: Int32, path: String
  ) throws(ReportError) {
    let found = try Self.status(of: descriptor, path: path)
    guard found.st_gid == group, found.st_mode & mode != mode else { return }
    guard fchmod(descriptor, mode) == 0 else { throw .system("let the group read \(path)") }
  }

  private static func status(of descriptor: Int32, path: String) throws(ReportError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system("look at \(path)") }
    return status
  }

  /// Makes changes of its names durable: what was created, renamed or removed survives a power failure.
  package func sync() throws(ReportError) {
    guard fsync(descriptor) == 0 else { throw .system("sync \(path)") }
  }

  /// Waits for the exclusive right to write here, which lasts until the directory is closed; the system
  /// releases the lock if the process dies.
  package func lock() throws(ReportError) {
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .system("lock \(path)") }
    }
  }

  /// Renames within the directory, replacing a file, a link or an empty directory at `new`.
  func rename(_ old: String, to new: String) throws(ReportError) {
    guard renameat(descriptor, old, descriptor, new) == 0 else {
      throw .system("rename \(path)/\(old) to \(new)")
    }
  }

  /// Swaps two names in one step, so that a reader finds either the one or the other.
  ///
  /// If the file system cannot do this (some network ones), `old` is first moved to `spare`: for a moment a
  /// reader finds nothing. Afterwards the former content is under `new`.
  package func exchange(_ new: String, with old: String, spare: String) throws(ReportError) {
    if Self.exchange?(descriptor, new, descriptor, old, Self.renameExchange) == 0 { return }
    try rename(old, to: spare)
    do { try rename(new, to: old) } catch {
      // Restores the former state; a second failure would not add information to the first one.
      try? rename(spare, to: old)
      throw error
    }
    try rename(spare, to: new)
  }

  private typealias Exchange =
    @convention(c) (
      Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
    ) -> Int32

  /// From <linux/fs.h>.
  private static let renameExchange: UInt32 = 2

  /// `renameat2` of glibc 2.28 and later, which the Swift overlay does not show.
  private static let exchange: Exchange? = dlsym(nil, "renameat2").map {
    unsafeBitCast($0, to: Exchange.self)
  }

  /// Points the link `name` at `target` in one step.
  package func link(_ name: String, to target: String, spare: String) throws(ReportError) {
    guard symlinkat(target, descriptor, spare) == 0 else {
      throw .system("create the link \(path)/\(spare)")
    }
    do { try rename(spare, to: name) } catch {
      unlinkat(descriptor, spare, 0)
      throw error
    }
  }

  /// What the link `name` points at; nil if it is none.
  package func target(ofLink name: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlinkat(descriptor, name, &buffer, buffer.count - 1)
    guard length > 0 else { return nil }
    return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a file, a link, or a directory with all that is in it; links are not followed.
  package func remove(_ name: String) throws(ReportError) {
    if try kind(of: name) == .directory {
      let inner = try openDirectory(name)
      for child in try inner.names() { try inner.remove(child) }
      guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else {
        throw .system("remove \(path)/\(name)")
      }
    } else if unlinkat(descriptor, name, 0) != 0, errno != ENOENT {
      throw .system("remove \(path)/\(name)")
    }
  }
}
