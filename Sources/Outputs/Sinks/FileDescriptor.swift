#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file that only appends; the one place of this module that calls C.
struct FileDescriptor: ~Copyable {
  private let raw: CInt
  private let isOwned: Bool

  static var standardOutput: FileDescriptor { FileDescriptor(raw: STDOUT_FILENO, isOwned: false) }

  private init(raw: CInt, isOwned: Bool) { (self.raw, self.isOwned) = (raw, isOwned) }

  /// Opens for appending; a new file can be read by owner and group only, because events tell who talks to whom.
  init(appendingTo path: String) throws(OutputError) {
    // SAFETY: the path is passed as a NUL-terminated copy that outlives the call.
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: SystemError(code: errno).description) }
    self.init(raw: descriptor, isOwned: true)
  }

  deinit { if isOwned { _ = close(raw) } }

  var isTerminal: Bool { isatty(raw) == 1 }

  /// Writes as much of `bytes` from `start` on as the file takes.
  ///
  /// - Returns: How many bytes that were, and the error that stopped it.
  borrowing func write(_ bytes: [UInt8], from start: Int) -> (written: Int, error: SystemError?) {
    var offset = start
    while offset < bytes.count {
      // SAFETY: `slice` lies within the array, which lives until the closure returns.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let slice = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset...])
        return unsafe systemWrite(raw, slice.baseAddress, slice.count)
      }
      if count < 0 {
        let error = SystemError(code: errno)
        if error.code == EINTR || (error.code == EAGAIN && becomesWritable()) { continue }
        return (offset - start, error)
      }
      offset += count
    }
    return (offset - start, nil)
  }

  /// Waits a second at most: whoever shares our terminal or pipe may have set it to non-blocking.
  private borrowing func becomesWritable() -> Bool {
    var request = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
    // SAFETY: the one element that the count tells of is `request`, which outlives the call.
    return unsafe poll(&request, 1, 1000) > 0
  }
}

// SAFETY: a name for C's `write`, which the method of that name hides; whoever calls it answers for the pointer.
private let systemWrite = unsafe write

/// An `errno` with its text.
struct SystemError: Error, Equatable, CustomStringConvertible {
  let code: CInt

  /// The reader of a pipe is gone: it will not come back.
  var isBrokenPipe: Bool { code == EPIPE }

  var description: String {
    // SAFETY: strerror returns a NUL-terminated string; it is copied before this thread calls it again.
    unsafe String(cString: strerror(code))
  }
}
