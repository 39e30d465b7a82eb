import Glibc

internal import CLibPQ

/// One session with PostgreSQL. The actor runs on a thread of its own, where libpq may block.
///
/// A call of the actor costs about 20 µs, so its methods do much at once: many statements of one unit of work
/// belong into one `transaction`, `perform` or `pipeline`, not into many calls from outside.
///
/// If a task is cancelled, the statement it waits for is cancelled (57014), and no further one is sent. The
/// end of a transaction is exempt, so a transaction is always either committed or rolled back.
///
/// Session: UTF-8, UTC, ISO dates, and none of the time limits that a server may set for ordinary users,
/// because a run waits for other systems between statements and has its own deadline. A lock is waited for at
/// most one minute. Notices are collected (`takeNotices`), never printed.
package actor PostgresConnection {
  private let executor: ThreadExecutor
  /// How this session was opened; another one like it is `PostgresConnection(configuration)`.
  package nonisolated let configuration: PostgresConfiguration
  package let link = Link()
  package var handle: OpaquePointer?
  /// A transaction closure is running.
  var isInTransaction = false
  /// COPY FROM STDIN is in progress.
  var isCopyingIn = false
  /// Nested `shielded` calls: above 0, the task's cancellation is ignored.
  var shields = 0
  /// Rounds of waiting since this statement's cancellation was sent; nil if it was not.
  var roundsSinceCancel: Int?

  /// The thread this connection runs on.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Connects. Throws `connect` if no server of the connection string can be reached within the configured time for
  /// each address, or if one refuses the login.
  package init(_ configuration: PostgresConfiguration) async throws(PostgresError) {
    executor = try ThreadExecutor()
    self.configuration = configuration
    try open(configuration)
  }

  isolated deinit { close() }

  /// False once the session is known to be lost or closed. True guarantees nothing: a lost server is only
  /// noticed at the next request.
  package nonisolated var isAlive: Bool { link.isAlive }

  /// Cancels the statement that runs now, if any: it fails with 57014. Safe from any thread.
  package nonisolated func cancel() { link.cancel() }

  /// Ends the session; an open transaction is rolled back by the server. May be called again.
  package func close() {
    link.closed()
    if let handle { PQfinish(handle) }
    handle = nil
    isCopyingIn = false
  }

  /// Runs several calls as one job on the connection's thread, without a transaction around them.
  package func perform<T: Sendable>(
    _ body: @Sendable (isolated PostgresConnection) throws -> T
  ) rethrows -> T {
    try body(self)
  }

  /// Runs `body` and ignores the task's cancellation: for recording what has already happened elsewhere,
  /// while the program is being stopped.
  package func shielded<T: Sendable>(
    _ body: @Sendable (isolated PostgresConnection) throws -> T
  ) rethrows -> T {
    shields += 1
    defer { shields -= 1 }
    return try body(self)
  }

  /// The process id of the server's backend, as in `pg_stat_activity.pid`; 0 when closed.
  package var backendID: Int { handle.map { Int(PQbackendPID($0)) } ?? 0 }

  /// The notices that the server sent since the last call (at most 100), oldest first.
  package nonisolated func takeNotices() -> [String] {
    link.notices.withLock { notices in
      defer { notices = [] }
      return notices
    }
  }
}

// MARK: - Connecting

extension PostgresConnection {
  private func open(_ configuration: PostgresConfiguration) throws(PostgresError) {
    try configuration.validate()
    let handle = try start(configuration)
    self.handle = handle
    do throws(PostgresError) {
      try establish(handle, seconds: configuration.secondsPerAddress)
      link.opened(handle)
      // Every call sends, flushes and waits itself, so that cancellation is noticed while it waits.
      guard PQsetnonblocking(handle, 1) == 0 else { throw lost() }
      collectNotices(handle)
      try script(
        """
        set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
        set standard_conforming_strings = on; set extra_float_digits = 1;
        set bytea_output = 'hex'; set client_min_messages = 'notice'; set lock_timeout = '60s';
        select set_config(name, '0', false) from pg_settings where name in (
          'statement_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout',
          'transaction_timeout');
        """)
    } catch {
      close()
      throw error
    }
  }

  private func start(_ configuration: PostgresConfiguration) throws(PostgresError) -> OpaquePointer
  {
    let keywords = configuration.keywords
    let names = keywords.map { strdup($0.name) } + [nil]
    let values = keywords.map { strdup($0.value) } + [nil]
    defer { for pointer in names + values { free(pointer) } }
    let handle = PQconnectStartParams(
      names.map { $0.map { UnsafePointer($0) } }, values.map { $0.map { UnsafePointer($0) } }, 1)
    guard let handle else {
      throw PostgresError(.resources, detail: "no memory for a connection")
    }
    // A refusal then names its SQLSTATE, in whatever language the server speaks.
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    return handle
  }

  /// Runs the handshake to its end, the deadline of an address, or the task's cancellation.
  /// - Parameter seconds: for each address. The system gives up one that does not answer after this time, and libpq
  ///   tries the next; one that accepts the connection and then says nothing ends the attempt a second later.
  private func establish(_ handle: OpaquePointer, seconds: Int) throws(PostgresError) {
    let limit = (seconds + 1) * (1000 / Int(waitMilliseconds))
    var rounds = limit
    var address = self.address(of: handle)
    var next = PGRES_POLLING_WRITING
    while PQstatus(handle) != CONNECTION_BAD, next != PGRES_POLLING_OK,
      next != PGRES_POLLING_FAILED
    {
      let events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT
      var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      if poll(&socket, 1, waitMilliseconds) > 0 {
        next = PQconnectPoll(handle)
        let tried = self.address(of: handle)
        if tried != address {
          address = tried
          rounds = limit
        }
        continue
      }
      rounds -= 1
      if Task.isCancelled {
        throw PostgresError(.cancelled, sqlState: "57014", detail: "cancelled")
      }
      if rounds == 0 { throw PostgresError(.connect, detail: "no answer within \(seconds) s") }
    }
    guard PQstatus(handle) == CONNECTION_OK else { throw refused(message(of: handle)) }
    PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
    if !configuration.namesUserTimeout { allowPauses(handle) }
  }

  /// The address that libpq tries now: name, port and number; it has several where the string names several hosts, or
  /// a name has several numbers.
  private func address(of handle: OpaquePointer) -> [String] {
    [PQhost(handle), PQport(handle), PQhostaddr(handle)].map { text in
      text.map { String(cString: $0) } ?? ""
    }
  }

  /// Two minutes for data that stays unacknowledged: a session whose other side is gone ends, and a server that does
  /// not read for a while, such as behind a lock, keeps it. Keepalive takes this limit, too. Without effect on a Unix
  /// socket.
  private func allowPauses(_ handle: OpaquePointer) {
    var milliseconds: Int32 = 120_000
    _ = setsockopt(
      PQsocket(handle), Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds,
      socklen_t(MemoryLayout<Int32>.size))
  }

  /// Why no session was opened, from libpq's message: `… FATAL:  28P01: password …` if the server answered,
  /// followed by a line for its developers.
  private func refused(_ words: String) -> PostgresError {
    guard let found = words.firstMatch(of: /:  ([0-9A-Z]{5}): ([^\n]*)/) else {
      return PostgresError(.connect, detail: words)
    }
    return PostgresError(
      .connect, sqlState: String(found.1),
      detail: "\(words[..<found.range.lowerBound]):  \(found.2)", message: String(found.2))
  }

  private func collectNotices(_ handle: OpaquePointer) {
    // Not retained: the link exists as long as this actor, which closes the handle before it is deallocated.
    PQsetNoticeProcessor(
      handle,
      { argument, text in
        guard let argument, let text else { return }
        let notice = String(cString: text)
        Unmanaged<Link>.fromOpaque(argument).takeUnretainedValue().remember(notice: notice)
      }, Unmanaged.passUnretained(link).toOpaque())
  }
}

/// The duration of one round of waiting; after each the task's cancellation is checked.
let waitMilliseconds: Int32 = 20

/// libpq's message about the last failure, without the trailing newline.
package func message(of handle: OpaquePointer) -> String {
  var text = String(cString: PQerrorMessage(handle))
  while text.last?.isNewline == true { text.removeLast() }
  return text
}
