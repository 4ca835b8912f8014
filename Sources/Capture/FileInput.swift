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
    let isStandardInput = path == "-"
    // SAFETY: `path` outlives the call.
    let opened = isStandardInput ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw .cannotOpen(source: path, reason: Self.reason(errno)) }
    var status = stat()
    // SAFETY: `status` is a live variable of the type that is written.
    let isKnown = unsafe fstat(opened, &status) == 0
    let kind = status.st_mode & S_IFMT
    descriptor = opened
    byteCount = isKnown && kind == S_IFREG ? Int(clamping: status.st_size) : nil
    // From here on `deinit` closes the descriptor, whichever way this ends.
    if isKnown, kind == S_IFDIR { throw .cannotOpen(source: path, reason: "is a directory") }
    if isStandardInput, isatty(opened) == 1 {
      throw .cannotOpen(source: path, reason: "standard input is a terminal; pipe a capture into it")
    }
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

/// `read` of the C library, which the method of the same name hides.
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
