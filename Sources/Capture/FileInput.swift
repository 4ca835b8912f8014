#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Owns one file descriptor that is read from start to end: a file, a FIFO, a device or standard input.
@safe
struct FileInput: ~Copyable {
  private let descriptor: CInt
  /// The size of a regular file, in bytes; nil where there is no saying.
  let byteCount: Int?

  /// - Parameter path: `-` is standard input.
  /// - Throws: `cannotOpen`.
  init(path: String) throws(CaptureError) {
    (descriptor, byteCount, identity) = try Self.open(path, isWaiting: true)
  }

  /// Opens without waiting for the other end of a FIFO; `readAvailable` then does not wait either.
  init(growing path: String) throws(CaptureError) {
    (descriptor, byteCount, identity) = try Self.open(path, isWaiting: false)
  }

  /// What tells a file from another one that took its name.
  struct Identity: Equatable {
    var device: UInt64
    var number: UInt64
  }
  let identity: Identity?

  /// Standard input is none, whatever it is connected to.
  static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: as above.
    guard path != "-", unsafe stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFREG
  }

  /// The identity and size of what now has the name.
  static func status(ofPath path: String) -> (identity: Identity, byteCount: Int)? {
    var status = stat()
    // SAFETY: `path` outlives the call, and `status` is a live variable of the type that is written.
    guard unsafe stat(path, &status) == 0 else { return nil }
    return (Identity(status), Int(clamping: status.st_size))
  }

  private static func open(
    _ path: String, isWaiting: Bool
  ) throws(CaptureError) -> (descriptor: CInt, byteCount: Int?, identity: Identity?) {
    let descriptor = try path == "-" ? standardInput() : openFile(path, isWaiting: isWaiting)
    var status = stat()
    // SAFETY: `status` is a live variable of the type that is written.
    guard unsafe fstat(descriptor, &status) == 0 else { return (descriptor, nil, nil) }
    if status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw .cannotOpen(source: path, reason: "is a directory")
    }
    let size = status.st_mode & S_IFMT == S_IFREG ? Int(clamping: status.st_size) : nil
    return (descriptor, size, Identity(status))
  }

  private static func standardInput() throws(CaptureError) -> CInt {
    guard isatty(STDIN_FILENO) == 0 else {
      throw .cannotOpen(source: "standard input", reason: "it is a terminal; pipe a capture into it")
    }
    return STDIN_FILENO
  }

  private static func openFile(_ path: String, isWaiting: Bool) throws(CaptureError) -> CInt {
    // SAFETY: `path` outlives the call.
    let descriptor = unsafe systemOpen(path, O_RDONLY | O_CLOEXEC | (isWaiting ? 0 : O_NONBLOCK))
    guard descriptor >= 0 else { throw .cannotOpen(source: path, reason: reason(errno)) }
    return descriptor
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// Reads what there is, at least one byte unless the input is at its end, behind `offset` in `buffer`.
  ///
  /// - Returns: bytes read; zero at the end.
  func read(into buffer: inout [UInt8], at offset: Int) throws(InputFlaw) -> Int {
    try readAvailable(into: &buffer, at: offset) ?? 0
  }

  /// The same without waiting, if opened so: `nil` where there is nothing now and may be later.
  func readAvailable(into buffer: inout [UInt8], at offset: Int) throws(InputFlaw) -> Int? {
    while true {
      // SAFETY: the pointer is used only inside the closure, and never for more than the buffer has behind `offset`.
      let count = unsafe buffer.withUnsafeMutableBytes { storage in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[offset...])
        return unsafe systemRead(descriptor, free.baseAddress, free.count)
      }
      if count >= 0 { return count }
      if errno == EAGAIN { return nil }
      if errno != EINTR { throw InputFlaw("read error: \(Self.reason(errno))") }
    }
  }

  private static func reason(_ code: CInt) -> String {
    // SAFETY: strerror gives a terminated string that stays valid until its next call.
    unsafe String(cString: strerror(code))
  }
}

extension FileInput.Identity {
  fileprivate init(_ status: stat) {
    (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino))
  }
}

// `open` and `read` of the C library, which the methods of the same names hide.

private func systemOpen(_ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt { unsafe open(path, flags) }

private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  unsafe read(descriptor, buffer, count)
}

/// Why the bytes of a source end before they should, or cannot be believed.
struct InputFlaw: Error {
  let reason: String
  /// Where the record or block concerned begins; nil for the one at hand.
  let offset: UInt64?

  init(_ reason: String, at offset: UInt64? = nil) { (self.reason, self.offset) = (reason, offset) }
}
