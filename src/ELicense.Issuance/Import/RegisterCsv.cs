using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using ELicense.Core;
using ELicense.Core.Enterprises;

namespace ELicense.Issuance.Import;

/// <summary>
/// Reads a register of enterprises in CSV (RFC 4180; UTF-8 with or without byte order mark, or GB 18030), one record at a time: a file of any size takes the memory of
/// one record and a 16-byte key for each code that was seen.
/// </summary>
public sealed class RegisterCsv : IDisposable
{
    /// <summary>The columns of a register. They may stand in any order, with others between them; each must be there.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["企业名称", "统一社会信用代码", "注册日期", "企业类型", "法人代表", "注册资金", "经营范围", "所在省份", "地区", "注册地址"];

    // Longest cell of each column, as the faces have it; what becomes another type is judged there and needs only a bound here.
    private static readonly int[] MaxLengths =
    [
        FaceSchema.MaxLength(FaceField.Name), 100, 100, FaceSchema.MaxLength(FaceField.KindText), FaceSchema.MaxLength(FaceField.Representative),
        100, FaceSchema.MaxLength(FaceField.BusinessScope), 100, 100, FaceSchema.MaxLength(FaceField.Address),
    ];

    private readonly CsvParser _parser;
    private readonly HashSet<UInt128> _seen = [];
    private int[] _places = [];
    private int _headerLength;
    private bool _badQuotes;

    private RegisterCsv(RegisterText text)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = ",",
            BadDataFound = _ => _badQuotes = true,
        };
        _parser = new CsvParser(text, configuration, leaveOpen: true);
    }

    /// <summary>Reads as it is enumerated. A header without a column gives one row, number 0, with the file's refusal.</summary>
    /// <remarks>
    /// Codes of the file: column-missing, encoding. Codes of a row: encoding, too-large, malformed (another number of cells, or quotes that do not match), formula,
    /// text-forbidden, text-too-long, field-missing, duplicate-code and those of <see cref="CreditCode.TryParse"/>. A draft is not yet a face: <see cref="Face.TryCreate"/> judges it.
    /// Of a repeated code the first row wins, whatever became of it. Capital is taken only for kinds whose face states one.
    /// </remarks>
    /// <param name="stream">Read once from its position to its end; not closed.</param>
    public static IEnumerable<RegisterRow> Read(Stream stream)
    {
        using var text = RegisterText.Open(stream);
        using var register = new RegisterCsv(text);
        if (!register.TryReadHeader(out var refusal))
        {
            yield return new RegisterRow(0, null, refusal);
            yield break;
        }

        for (long row = 1; register.TryReadCells(out var cells); row++)
        {
            yield return register.TryReadDraft(cells, out var draft, out refusal)
                ? new RegisterRow(row, draft, null)
                : new RegisterRow(row, null, refusal);
        }
    }

    public void Dispose() => _parser.Dispose();

    private bool TryReadHeader(out Refusal refusal)
    {
        if (!TryReadCells(out var header))
            header = [];
        if (Array.Exists(header, name => name.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            refusal = new Refusal(Codes.Encoding, "The header is neither UTF-8 nor GB 18030.");
            return false;
        }

        var names = Array.ConvertAll(header, name => name.Trim());
        _headerLength = names.Length;
        _places = [.. Columns.Select(column => Array.IndexOf(names, column))];
        if (Array.IndexOf(_places, -1) is >= 0 and var missing)
        {
            refusal = new Refusal(Codes.ColumnMissing, $"The header has no column {Columns[missing]}; expected are {string.Join(',', Columns)}.");
            return false;
        }

        refusal = default;
        return true;
    }

    private bool TryReadCells([NotNullWhen(true)] out string[]? cells)
    {
        cells = null;
        if (!_parser.Read())
            return false;

        // The parser judges the quotes of a cell when it is asked for it.
        _badQuotes = false;
        cells = new string[_parser.Count];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = _parser[i];
        return true;
    }

    private bool TryReadDraft(string[] record, [NotNullWhen(true)] out EnterpriseDraft? draft, out Refusal refusal)
    {
        draft = null;
        if (!TryReadRecord(record, out refusal))
            return false;

        // The code comes first: a row that is refused for another cell still is the first one of its code.
        var cells = Array.ConvertAll(_places, place => record[place]);
        var hasCode = CreditCode.TryParse(cells[1].Trim(' '), out var code, out var codeRefusal);
        if (hasCode && !_seen.Add(Key(code)))
        {
            refusal = new Refusal(Codes.DuplicateCode, $"{code} stands in an earlier row.");
            return false;
        }

        for (var i = 0; i < cells.Length; i++)
        {
            if (!FaceText.TryClean(cells[i], MaxLengths[i], out cells[i], out refusal))
            {
                refusal = refusal with { Detail = $"{Columns[i]}: {refusal.Detail}" };
                return false;
            }
        }

        if (!hasCode)
        {
            refusal = Face.IsAbsent(cells[1]) ? new Refusal(Codes.FieldMissing, "The row has no 统一社会信用代码.") : codeRefusal;
            return false;
        }

        draft = ToDraft(cells);
        return true;
    }

    private bool TryReadRecord(string[] record, out Refusal refusal)
    {
        refusal = default;
        if (Array.Exists(record, cell => cell.Contains(RegisterText.CutMark, StringComparison.Ordinal)))
            refusal = new Refusal(Codes.TooLarge, $"The record is longer than {RegisterText.MaxRecordLength} characters, or a quote in it was never closed.");
        else if (Array.Exists(record, cell => cell.Contains('\uFFFD', StringComparison.Ordinal)))
            refusal = new Refusal(Codes.Encoding, "The row holds bytes that are no text in the file's encoding.");
        else if (_badQuotes)
            refusal = new Refusal(Codes.Malformed, "A quote stands inside a cell or is not closed (RFC 4180).");
        else if (record.Length != _headerLength)
            refusal = new Refusal(Codes.Malformed, $"The row has {record.Length} cells, the header {_headerLength}.");
        return refusal == default;
    }

    private static EnterpriseDraft ToDraft(string[] cells)
    {
        // Registers fill the column for every kind; the faces of sole traders and branches state no capital.
        var statesCapital = !EnterpriseKinds.TryFromRegister(cells[3], out var kind)
            || FaceSchema.For(kind).Any(rule => rule.Field == FaceField.Capital);
        return new EnterpriseDraft
        {
            Name = Present(cells[0]),
            Uscc = Present(cells[1]),
            EstablishedOn = Present(cells[2]),
            Kind = Present(cells[3]),
            LegalRepresentative = Present(cells[4]),
            RegisteredCapital = statesCapital ? Present(cells[5]) : null,
            BusinessScope = Present(cells[6]),
            Address = Present(cells[9]),
        };
    }

    private static string? Present(string cell) => Face.IsAbsent(cell) ? null : cell;

    /// <summary>18 characters from 0 to Y, 6 bits each: a third of the string's memory in a register of millions.</summary>
    private static UInt128 Key(CreditCode code)
    {
        UInt128 key = 0;
        foreach (var character in code.Value)
            key = (key << 6) | (uint)(character - '0');
        return key;
    }
}
