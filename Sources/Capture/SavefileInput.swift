import Decompression

/// The bytes of a savefile, decompressed if need be: a file, a stream or memory.
struct SavefileInput: ~Copyable {
  /// Bytes asked of the system at a time.
  static let chunkByteCount = 256 << 10
  /// What zstd(1) writes at most unless told otherwise: 128 MiB.
  private static let windowBits = 27

  private let file: FileInput?
  /// Bytes as they were read, from `start` to `end`; for plain input only those that `init` looked at.
  private var chunk: [UInt8]
  private var start = 0
  private var end: Int
  private var decompressor: Decompressor?
  private(set) var isAtEnd = false

  /// Bytes taken from the system so far, compressed if they are.
  private(set) var bytesRead: Int
  let byteCount: Int?
  let coding: Coding?

  init(path: String) throws(CaptureError) {
    let file = try FileInput(path: path)
    var chunk = [UInt8](repeating: 0, count: Self.chunkByteCount)
    var end = 0
    do throws(InputFlaw) {
      while end < Magic.byteCount {
        let count = try file.read(into: &chunk, at: end)
        if count == 0 { break }
        end += count
      }
    } catch {
      throw .cannotOpen(source: path, reason: error.reason)
    }
    let coding = Magic(RawSpan(_elements: chunk.span).extracting(..<end)).coding
    decompressor = try Self.decompressor(coding, source: path)
    byteCount = file.byteCount
    self.file = consume file
    (self.chunk, self.end, bytesRead, self.coding) = (chunk, end, end, coding)
  }

  /// Reads `bytes`, which are all there is.
  init(bytes: [UInt8], name: String) throws(CaptureError) {
    let coding = Magic(RawSpan(_elements: bytes.span)).coding
    decompressor = try Self.decompressor(coding, source: name)
    file = nil
    (chunk, end, bytesRead, byteCount) = (bytes, bytes.count, bytes.count, bytes.count)
    self.coding = coding
  }

  private static func decompressor(_ coding: Coding?, source: String) throws(CaptureError) -> Decompressor? {
    guard let coding else { return nil }
    do throws(DecompressionError) {
      return try Decompressor(coding, windowBits: windowBits)
    } catch {
      throw .cannotOpen(source: source, reason: "not enough memory to decompress it")
    }
  }

  /// Writes what there is, at least one byte unless the input is at its end, behind `offset` in `buffer`.
  ///
  /// - Returns: bytes written; zero at the end.
  /// - Throws: when the input cannot be read on; what came before has been returned by earlier calls.
  mutating func read(into buffer: inout [UInt8], at offset: Int) throws(InputFlaw) -> Int {
    guard !isAtEnd else { return 0 }
    if coding != nil { return try readCompressed(into: &buffer, at: offset) }
    if start < end { return handOver(into: &buffer, at: offset) }
    let count = try file?.read(into: &buffer, at: offset) ?? 0
    bytesRead += count
    isAtEnd = count == 0
    return count
  }

  /// The bytes that `init` looked at.
  private mutating func handOver(into buffer: inout [UInt8], at offset: Int) -> Int {
    let count = min(end - start, buffer.count - offset)
    buffer.replaceSubrange(offset..<offset + count, with: chunk[start..<start + count])
    start += count
    if start == end { chunk = [] }
    return count
  }

  private mutating func readCompressed(into buffer: inout [UInt8], at offset: Int) throws(InputFlaw) -> Int {
    while true {
      let (consumed, produced) = try decompress(into: &buffer, at: offset)
      start += consumed
      if produced > 0 { return produced }
      if consumed == 0 || start == end, try !refill() { return 0 }
    }
  }

  private mutating func decompress(
    into buffer: inout [UInt8], at offset: Int
  ) throws(InputFlaw) -> (consumed: Int, produced: Int) {
    do throws(DecompressionError) {
      // A second reference, given up on return, so that the span does not borrow `self`.
      let chunk = chunk
      let input = RawSpan(_elements: chunk.span).extracting(start..<end)
      return try decompressor?.step(input, onto: &buffer, from: offset) ?? (0, 0)
    } catch {
      throw InputFlaw(error == .outOfMemory ? "not enough memory to decompress it" : corruption)
    }
  }

  /// zstd refuses windows above the limit as it does corrupt data.
  private var corruption: String {
    "the \(name) data are corrupt here" + (coding == .zstd ? " or need a window above 128 MiB" : "")
  }

  /// - Returns: false at the end of an input that ends as it should.
  private mutating func refill() throws(InputFlaw) -> Bool {
    let count = try file?.read(into: &chunk, at: 0) ?? 0
    if count > 0 {
      (start, end) = (0, count)
      bytesRead += count
      return true
    }
    guard decompressor?.isFinished == true else { throw InputFlaw("the \(name) data end early") }
    guard decompressor?.hasTrailingBytes == false else { throw InputFlaw("other bytes follow the \(name) data") }
    isAtEnd = true
    return false
  }

  private var name: String { coding?.rawValue ?? "plain" }
}
