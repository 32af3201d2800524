using System.Text;

namespace ELicense.Issuance.Import;

/// <summary>
/// The characters of a register, UTF-8 or GB 18030, with each record cut to a bounded length, so that no file makes the CSV parser's buffer grow.
/// Broken bytes read as U+FFFD, and a record that was cut ends in <see cref="CutMark"/>; both stand in no text that a face may have. Owns nothing: the stream stays open.
/// </summary>
internal sealed class RegisterText : TextReader
{
    /// <summary>Longest record in characters: the texts of a face at their limits take 4,700.</summary>
    public const int MaxRecordLength = 32 * 1024;

    /// <summary>A noncharacter, which no register can mean.</summary>
    public const char CutMark = '\uFFFF';

    private const int ChunkSize = 64 * 1024;

    private readonly Stream _stream;
    private readonly Decoder _decoder;
    private readonly byte[] _bytes;
    private readonly char[] _chars = new char[ChunkSize + 2];
    private int _firstByte;
    private int _byteCount;
    private int _position;
    private int _count;
    private bool _ended;

    private int _recordLength;
    private bool _atFieldStart = true;
    private bool _inQuotes;
    private bool _quoteJustClosed;
    private bool _cutting;
    private char _pending;

    private RegisterText(Stream stream, byte[] bytes, int byteCount, int bomLength, Encoding encoding)
    {
        _stream = stream;
        _bytes = bytes;
        _firstByte = bomLength;
        _byteCount = byteCount;
        _decoder = encoding.GetDecoder();
    }

    /// <summary>Reads the first chunk and takes the header line's encoding for the file's: a Chinese header in GB 18030 is never valid UTF-8.</summary>
    public static RegisterText Open(Stream stream)
    {
        var bytes = new byte[ChunkSize];
        var count = stream.ReadAtLeast(bytes, ChunkSize, throwOnEndOfStream: false);
        var bom = bytes.AsSpan(0, count).StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var header = bytes.AsSpan(0, count);
        var end = header.IndexOfAny((byte)'\n', (byte)'\r');
        header = end < 0 ? header : header[..end];
        var encoding = bom > 0 || System.Text.Unicode.Utf8.IsValid(header)
            ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false)
            : CodePagesEncodingProvider.Instance.GetEncoding("GB18030", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"))!;
        return new RegisterText(stream, bytes, count, bom, encoding);
    }

    public override int Peek() => throw new NotSupportedException("A register is read in blocks.");

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var written = 0;
        while (written < buffer.Length)
        {
            if (_pending != default)
            {
                buffer[written++] = _pending;
                _pending = default;
            }
            else if (_position == _count && !TryDecodeChunk())
            {
                break;
            }
            else if (TryPass(ref _chars[_position++]))
            {
                buffer[written++] = _chars[_position - 1];
            }
        }

        return written;
    }

    private bool TryDecodeChunk()
    {
        while (!_ended)
        {
            if (_firstByte == _byteCount)
            {
                _firstByte = 0;
                _byteCount = _stream.Read(_bytes);
                _ended = _byteCount == 0;
            }

            _count = _decoder.GetChars(_bytes.AsSpan(_firstByte, _byteCount - _firstByte), _chars, flush: _ended);
            _firstByte = _byteCount;
            _position = 0;
            if (_count > 0)
                return true;
        }

        return false;
    }

    /// <summary>Lets a character pass, changes it for the mark at which a record is cut, or holds it back.</summary>
    private bool TryPass(ref char character)
    {
        var isLineBreak = character is '\n' or '\r';
        if (_cutting)
        {
            // A quote that was never closed would swallow the rest of the file: after a cut, the next line is a record again.
            if (!isLineBreak)
                return false;
            StartRecord();
            return true;
        }

        if (isLineBreak && !_inQuotes)
        {
            StartRecord();
            return true;
        }

        if (++_recordLength > MaxRecordLength)
        {
            _pending = _inQuotes ? '"' : default;
            _cutting = true;
            character = CutMark;
            return true;
        }

        FollowQuotes(character);
        return true;
    }

    /// <summary>RFC 4180 2.5 to 2.7: a quote opens at the start of a field only; a doubled one is a quote.</summary>
    private void FollowQuotes(char character)
    {
        var isQuote = character == '"';
        var closes = isQuote && _inQuotes;
        _inQuotes = isQuote ? !_inQuotes && (_atFieldStart || _quoteJustClosed) : _inQuotes;
        _quoteJustClosed = closes;
        _atFieldStart = character == ',' && !_inQuotes;
    }

    private void StartRecord()
    {
        _recordLength = 0;
        _atFieldStart = true;
        _inQuotes = false;
        _quoteJustClosed = false;
        _cutting = false;
    }
}
