using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;

namespace ELicense.Issuance.Matters;

/// <summary>The annual report (年报) of one year: recorded, nothing is signed or logged.</summary>
public sealed record AnnualReportContent : MatterContent
{
    public const int MaxContact = 200;
    public const int MaxEmployees = 10_000_000;
    private const int FirstYear = 1949;

    private AnnualReportContent(LicenseNumber number, int expectedVersion, int year, string contact, int employees, long? totalAssets)
    {
        Number = number;
        ExpectedVersion = expectedVersion;
        Year = year;
        Contact = contact;
        Employees = employees;
        TotalAssets = totalAssets;
    }

    public override MatterType Type => MatterType.AnnualReport;

    public LicenseNumber Number { get; }

    public int ExpectedVersion { get; }

    /// <summary>The year reported on.</summary>
    public int Year { get; }

    /// <summary>How the enterprise is reached (通信地址、联系电话).</summary>
    public string Contact { get; }

    /// <summary>从业人数</summary>
    public int Employees { get; }

    /// <summary>资产总额 in fen; null when the enterprise keeps it to itself.</summary>
    public long? TotalAssets { get; }

    public override LicenseNumber? License => Number;

    private protected override int RestElements => TotalAssets is null ? 5 : 6;

    /// <summary>Codes: year-not-due, text-forbidden, text-too-long, formula, field-missing, number-out-of-range.</summary>
    public static bool TryCreate(
        LicenseNumber number, int expectedVersion, int year, string? contact, int employees, long? totalAssets,
        [NotNullWhen(true)] out AnnualReportContent? content, out Refusal refusal)
    {
        content = null;
        refusal = default;
        if (year is < FirstYear or > 9999)
            refusal = new Refusal(Codes.YearNotDue, $"{year} is no year to report on.");
        else if (!FaceText.TryClean(contact ?? "", MaxContact, out var clean, out refusal))
            return false;
        else if (clean.Length == 0)
            refusal = new Refusal(Codes.FieldMissing, "A report says how the enterprise is reached: contact.");
        else if (employees is < 0 or > MaxEmployees || totalAssets < 0)
            refusal = new Refusal(Codes.NumberOutOfRange, $"Employees: 0 to {MaxEmployees}; total assets: none or from 0.");
        else
            content = new AnnualReportContent(number, expectedVersion, year, clean, employees, totalAssets);
        return content is not null;
    }

    private protected override void WriteRest(ref CanonicalWriter writer)
    {
        writer.WriteText(Number.ToString());
        writer.WriteInteger(ExpectedVersion);
        writer.WriteInteger(Year);
        writer.WriteText(Contact);
        writer.WriteInteger(Employees);
        if (TotalAssets is { } assets)
            writer.WriteInteger(assets);
    }

    internal static bool TryReadRest(CborReader reader, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, "A matter's content: license number.");
        if (!LicenseNumber.TryParse(reader.ReadTextString(), out var number))
            return false;
        var (version, year, contact, employees) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadTextString(), reader.ReadInt32());
        var assets = reader.PeekState() == CborReaderState.EndArray ? (long?)null : reader.ReadInt64();
        reader.ReadEndArray();
        if (!TryCreate(number, version, year, contact, employees, assets, out var report, out refusal))
            return false;
        content = report;
        return true;
    }
}
