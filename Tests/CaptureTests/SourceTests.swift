import Capture
import Foundation
import TestSupport
import Testing

/// A directory that lives as long as the test.
final class Scratch {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("leakwire-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }
}

@Suite("Files, FIFOs and directories")
struct SourceTests {
  static func file(at seconds: UInt32) -> [UInt8] {
    var file = PcapFile()
    file.append([1], seconds: seconds)
    return file.bytes
  }

  @Test("a file is read with its size known and its progress shown")
  func file() throws {
    let scratch = try Scratch()
    let path = try scratch.write(CompressedTests.large, to: "large.pcap")
    var reader = try SavefileReader(path: path)
    #expect(reader.totalBytes == CompressedTests.large.count)
    let early = reader.bytesRead
    try reader.forEachFrame { _ in true }
    let (count, late) = (reader.packetCount, reader.bytesRead)
    #expect(early < late)
    #expect(late == CompressedTests.large.count)
    #expect(count == 600)
    #expect(Contents(path: path).frames == Contents(CompressedTests.large).frames)
  }

  @Test("a file that is missing, or a directory, cannot be opened")
  func cannotOpen() throws {
    let scratch = try Scratch()
    let missing = scratch.path + "/missing.pcap"
    #expect(Contents(path: missing).error == .cannotOpen(source: missing, reason: "No such file or directory"))
    #expect(Contents(path: scratch.path).error == .cannotOpen(source: scratch.path, reason: "is a directory"))
  }

  @Test("a FIFO gives each frame before the next is written")
  func fifo() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/fifo"
    #expect(unsafe mkfifo(path, 0o600) == 0)
    let bytes = PcapTests.file()
    let seen = DispatchSemaphore(value: 0)
    let writer = Thread {
      guard let handle = FileHandle(forWritingAtPath: path) else { return }
      handle.write(Data(bytes.prefix(24)))
      var start = 24
      for frame in PcapTests.frames {
        handle.write(Data(bytes[start..<start + 16 + frame.count]))
        start += 16 + frame.count
        // Were the reader to wait for a full buffer, this would never end.
        seen.wait()
      }
      try? handle.close()
    }
    writer.start()
    var reader = try SavefileReader(path: path)
    var frames: [[UInt8]] = []
    try reader.forEachFrame { frame in
      frames.append(Captured(frame).bytes)
      seen.signal()
      return true
    }
    #expect(frames == PcapTests.frames)
    let total = reader.totalBytes
    #expect(total == nil)
  }

  @Test("a directory stands for the captures in it and below, oldest first packet first, then by path")
  func directory() throws {
    let scratch = try Scratch()
    try scratch.write(Self.file(at: 300), to: "a.pcap")
    try scratch.write(Compression.gzip(Self.file(at: 100)), to: "deep/er/b.bin")
    try scratch.write(Self.file(at: 200), to: "deep/d")
    try scratch.write(Self.file(at: 200), to: "deep/c")
    try scratch.write(PcapFile().bytes, to: "empty.pcap")
    try scratch.write(Array("notes".utf8), to: "README")
    try scratch.write([], to: "nothing")
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/deep/loop", withDestinationPath: scratch.path)
    #expect(unsafe mkfifo(scratch.path + "/fifo", 0o600) == 0)

    let found = try captureSources([scratch.path])
    let names = found.sources.map { $0.path.dropFirst(scratch.path.count + 1) }
    #expect(names == ["deep/er/b.bin", "deep/c", "deep/d", "a.pcap", "empty.pcap"])
    let seconds: [Int64?] = [100, 200, 200, 300, nil]
    #expect(found.sources.map(\.firstTimestamp) == seconds.map { second in second.map { $0 * 1_000_000_000 } })
    #expect(found.skippedFileCount == 4)
    #expect(found.problems.isEmpty)
  }

  @Test("captures in a directory that are damaged or refused are kept, for whoever reads them to report")
  func directoryDamage() throws {
    let scratch = try Scratch()
    try scratch.write(PcapFile(version: (3, 0)).bytes, to: "refused")
    try scratch.write(Array(PcapFile().bytes.prefix(10)), to: "cut")
    let found = try captureSources([scratch.path])
    #expect(found.sources.map { $0.path.dropFirst(scratch.path.count + 1) } == ["cut", "refused"])
    #expect(found.skippedFileCount == 0)
  }

  @Test("what is named stands in the order named, captures or not, and links to directories are followed")
  func named() throws {
    let scratch = try Scratch()
    try scratch.write(Self.file(at: 1), to: "folder/x")
    let link = scratch.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.path + "/folder")
    let found = try captureSources(["z.pcap", link, "-", "a.pcap"])
    #expect(found.sources.map(\.path) == ["z.pcap", link + "/x", "-", "a.pcap"])
  }
}
