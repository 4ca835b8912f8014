import Protocols
import Wire

/// Header blocks of one direction of HTTP/2. Each step is a block, or a word about the table.
enum HPACKTarget {
  static func run(_ input: RawSpan) {
    var decoder = HPACKDecoder()
    var section = FieldSection()
    for step in Script(input).steps {
      switch step.code & 7 {
      case 1: decoder.allow(tableByteCount: step.bytes.prefix(3).reduce(0) { $0 << 8 | Int($1) })
      case 2: decoder.forget()
      default:
        let consumed = decoder.decode(step.bytes.rawSpan, into: &section)
        require(consumed >= 0 && consumed <= step.bytes.count, "\(consumed) bytes read of \(step.bytes.count)")
        check(section, of: step.bytes)
      }
    }
  }

  /// What holds of every section, of QPACK too.
  static func check(_ section: FieldSection, of block: [UInt8]) {
    var end = 0
    for line in section.lines {
      require(line.name.lowerBound == end && line.value.lowerBound == line.name.upperBound, "a line is out of place")
      end = line.value.upperBound
    }
    require(end == section.bytes.count, "bytes of no line")
    // Huffman codes double at most; unknown lines are a question mark or two.
    let limit = FieldSection.referencedByteLimit + 2 * block.count + 4 * section.lines.count
    require(section.bytes.count <= limit, "\(section.bytes.count) bytes of a block of \(block.count)")
    require(
      section.lines.count <= FieldSection.referenceLimit + block.count, "\(section.lines.count) lines in one section")
  }
}
