import Wire

/// Cuts the text of a key log into lines as it grows; one reader for each log.
///
/// Lines end with LF or CRLF. A UTF-8 byte order mark is stepped over; UTF-16 gives malformed lines.
package struct KeyLogReader: Sendable {
  /// The longest line, in bytes: label, client random and the longest value in hexadecimal take 2,200.
  package static let lineLimit = 4_096

  /// The line that has begun and not ended; empty while an overlong one is skipped.
  private var partial: [UInt8] = []
  private var isSkipping = false
  private var isAtStart = true
  private var lineCount = 0
  /// Number of the first line that cannot be read, from 1.
  package private(set) var firstMalformedLine: Int?

  package init() {}

  /// Adds what the log has grown by. A last line without its end waits for more.
  package mutating func read(_ bytes: RawSpan, into secrets: TLSSecrets) {
    var position = 0
    while let feed = bytes.firstOffset(of: 0x0A, from: position) {
      end(with: bytes.extracting(position..<feed), secrets)
      position = feed + 1
    }
    hold(bytes.extracting(position...), secrets)
  }

  /// The log has ended, or been replaced: takes a last line without its end, which nobody need complain of where it is
  /// half a line.
  package mutating func finish(into secrets: TLSSecrets) {
    let nothing: [UInt8] = []
    let malformed = firstMalformedLine
    end(with: nothing.rawSpan, secrets)
    firstMalformedLine = malformed
    (isAtStart, lineCount) = (true, 0)
  }

  private mutating func end(with rest: RawSpan, _ secrets: TLSSecrets) {
    lineCount += 1
    defer {
      partial.removeAll(keepingCapacity: true)
      (isSkipping, isAtStart) = (false, false)
    }
    guard !partial.isEmpty || isSkipping else { return take(rest, secrets) }
    hold(rest, secrets)
    guard !isSkipping else { return }
    let line = partial
    take(line.rawSpan, secrets)
  }

  private mutating func hold(_ bytes: RawSpan, _ secrets: TLSSecrets) {
    guard !isSkipping, bytes.byteCount > 0 else { return }
    guard partial.count + bytes.byteCount <= Self.lineLimit else {
      secrets.countMalformedLine()
      noteMalformed(line: lineCount + 1)
      partial.removeAll(keepingCapacity: true)
      isSkipping = true
      return
    }
    partial.append(bytes)
  }

  private mutating func take(_ line: RawSpan, _ secrets: TLSSecrets) {
    guard line.byteCount <= Self.lineLimit else {
      noteMalformed(line: lineCount)
      return secrets.countMalformedLine()
    }
    let hasMark = isAtStart && line.hasPrefix("\u{FEFF}")
    if !secrets.add(line: hasMark ? line.extracting(3...) : line) { noteMalformed(line: lineCount) }
  }

  private mutating func noteMalformed(line: Int) {
    if firstMalformedLine == nil { firstMalformedLine = line }
  }
}
