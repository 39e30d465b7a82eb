import Glibc

/// A serial executor with a thread of its own, so that a connection waiting for its server never
/// occupies one of the few threads that Swift's tasks share.
final class ThreadExecutor: SerialExecutor {
  private let jobs: JobQueue

  init() throws(PostgresError) {
    jobs = JobQueue()
    var thread = pthread_t()
    let retained = Unmanaged.passRetained(jobs)
    let failure = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<JobQueue>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, retained.toOpaque())
    guard failure == 0 else {
      retained.release()
      throw PostgresError(.resources, detail: "no thread for a connection (\(failure))")
    }
    pthread_detach(thread)
  }

  /// The thread ends when the executor is no longer needed.
  deinit { jobs.stop() }

  func enqueue(_ job: consuming ExecutorJob) {
    jobs.append(UnownedJob(job), for: self)
  }
}

/// The jobs waiting for one thread.
///
/// Sendable: everything in it is touched only while `mutex` is held.
private final class JobQueue: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Each with its executor, which must outlive it.
  private var waiting: [(job: UnownedJob, executor: ThreadExecutor)] = []
  private var isStopped = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func append(_ job: UnownedJob, for executor: ThreadExecutor) {
    pthread_mutex_lock(mutex)
    waiting.append((job, executor))
    pthread_mutex_unlock(mutex)
    pthread_cond_signal(changed)
  }

  func stop() {
    pthread_mutex_lock(mutex)
    isStopped = true
    pthread_mutex_unlock(mutex)
    pthread_cond_signal(changed)
  }

  /// The thread's loop: runs jobs until stopped.
  func run() {
    while let batch = take() {
      for (job, executor) in batch { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
    }
  }

  /// All waiting jobs, at least one; nil when stopped.
  private func take() -> [(job: UnownedJob, executor: ThreadExecutor)]? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while waiting.isEmpty {
      if isStopped { return nil }
      pthread_cond_wait(changed, mutex)
    }
    defer { waiting.removeAll(keepingCapacity: true) }
    return waiting
  }
}
