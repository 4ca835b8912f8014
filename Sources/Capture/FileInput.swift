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
    (descriptor, byteCount) = try Self.open(path)
  }

  private static func open(_ path: String) throws(CaptureError) -> (descriptor: CInt, byteCount: Int?) {
    let descriptor = try path == "-" ? standardInput() : openFile(path)
    var status = stat()
    // SAFETY: `status` is a live variable of the type that is written.
    guard unsafe fstat(descriptor, &status) == 0 else { return (descriptor, nil) }
    if status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw .cannotOpen(source: path, reason: "is a directory")
    }
    return (descriptor, status.st_mode & S_IFMT == S_IFREG ? Int(clamping: status.st_size) : nil)
  }

  private static func standardInput() throws(CaptureError) -> CInt {
    guard isatty(STDIN_FILENO) == 0 else {
      throw .cannotOpen(source: "standard input", reason: "it is a terminal; pipe a capture into it")
    }
    return STDIN_FILENO
  }

  private static func openFile(_ path: String) throws(CaptureError) -> CInt {
    // SAFETY: `path` outlives the call.
    let descriptor = unsafe systemOpen(path, O_RDONLY | O_CLOEXEC)
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
    while true {
      // SAFETY: the pointer is used only inside the closure, and never for more than the buffer has behind `offset`.
      let count = unsafe buffer.withUnsafeMutableBytes { storage in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[offset...])
        return unsafe systemRead(descriptor, free.baseAddress, free.count)
      }
      if count >= 0 { return count }
      if errno != EINTR { throw InputFlaw("read error: \(Self.reason(errno))") }
    }
  }

  private static func reason(_ code: CInt) -> String {
    // SAFETY: strerror gives a terminated string that stays valid until its next call.
    unsafe String(cString: strerror(code))
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
