import Wire

/// A text that others go on writing while it is read: a file that grows, is cut or replaced, or a FIFO.
///
/// Nothing here waits; what is there is read, and more is asked for later.
package final class GrowingFile {
  package enum State: Sendable {
    /// Everything that was written so far has been read.
    case atEnd
    /// A FIFO whose writer is there, and says nothing now.
    case waiting
    /// There is no such file yet, or no more.
    case absent
  }

  package let path: String
  private var input: FileInput?
  /// Of the open file; `nil` where none is.
  private var identity: FileInput.Identity?
  private var isRegular = false
  private var position = 0
  /// What is read next begins a new text.
  private var isAnew = false
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  package init(path: String) { self.path = path }

  /// Opens the file, if it is there, and reads nothing: rights that are needed for that may be given up afterwards.
  ///
  /// What cannot be opened is left for `read` to tell.
  package func openAhead() {
    if identity == nil, FileInput.status(ofPath: path) != nil { try? open() }
  }

  /// Reads what has come since the last call.
  ///
  /// - Parameter body: receives the text in pieces. `isAnew` marks one that does not continue the piece before it:
  ///   another file has taken the name, or this one was cut.
  /// - Throws: `cannotOpen` for what is there and cannot be read.
  package func read(_ body: (_ text: RawSpan, _ isAnew: Bool) -> Void) throws(CaptureError) -> State {
    guard let status = FileInput.status(ofPath: path) else {
      // What was written before the name went away is read to its end.
      return identity == nil ? .absent : try readOn(body)
    }
    if let identity {
      let isAnother = identity != status.identity
      if isAnother { _ = try readOn(body) }
      if isAnother || isRegular && status.byteCount < position { close() }
    }
    if identity == nil { try open() }
    return try readOn(body)
  }

  private func open() throws(CaptureError) {
    let opened = try FileInput(growing: path)
    identity = opened.identity
    isRegular = opened.byteCount != nil
    input = consume opened
  }

  private func close() {
    input = nil
    (identity, position, isAnew) = (nil, 0, true)
  }

  private func readOn(_ body: (RawSpan, Bool) -> Void) throws(CaptureError) -> State {
    do throws(InputFlaw) {
      while let count = try input?.readAvailable(into: &buffer, at: 0) {
        guard count > 0 else { return .atEnd }
        position += count
        body(buffer.rawSpan.extracting(..<count), isAnew)
        isAnew = false
      }
      return .waiting
    } catch {
      close()
      throw .cannotOpen(source: path, reason: error.reason)
    }
  }
}
