using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ELicense.Core.Licenses;
using ELicense.Core.Status;

namespace ELicense.Verification.Standings;

/// <summary>
/// 4 bits a license version in flat memory, over many lists; what was never applied is not issued. One writer applies events, any number of threads read without
/// locks. A fork shares its pages until one side writes, so that a view keeps the standings of exactly its own log size.
/// </summary>
public sealed class StatusIndex
{
    private const int BitsPerStanding = 4;
    private const int StandingsPerWord = 32 / BitsPerStanding;
    private const int PageBits = 14;
    private const int StandingsPerPage = 1 << PageBits;
    private const int PagesPerList = StatusList.LicenseListLength / StandingsPerPage;
    private const int PlaceBytes = 2 * sizeof(int);
    private const int PageBytes = StandingsPerPage / StandingsPerWord * sizeof(uint);
    private const uint NotIssuedWord = uint.MaxValue;

    private readonly Dictionary<int, Page?[]> _lists;

    public StatusIndex() : this([]) { }

    private StatusIndex(Dictionary<int, Page?[]> lists) => _lists = lists;

    private sealed class Page(StatusIndex owner, uint[] words)
    {
        public StatusIndex Owner { get; } = owner;

        public uint[] Words { get; } = words;
    }

    /// <summary>Throws on an index outside a list.</summary>
    public Standing this[int list, int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)StatusList.LicenseListLength, nameof(index));
            if (!_lists.TryGetValue(list, out var pages) || Volatile.Read(ref pages[index >> PageBits]) is not { } page)
                return Standing.NotIssued;
            var word = Volatile.Read(ref page.Words[WordOf(index)]);
            return (Standing)((word >> ShiftOf(index)) & 0xF);
        }
    }

    /// <summary>Numbers of the lists of which anything was ever applied, in no order.</summary>
    public IReadOnlyCollection<int> Lists => _lists.Keys;

    /// <summary>By the one writer only. A new list must not be begun while others read this index: fork first.</summary>
    public void Apply(int list, int index, Standing standing)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)StatusList.LicenseListLength, nameof(index));
        var words = OwnPage(list, index >> PageBits).Words;
        var word = (words[WordOf(index)] & ~(0xFu << ShiftOf(index))) | ((uint)standing << ShiftOf(index));
        Volatile.Write(ref words[WordOf(index)], word);
    }

    /// <summary>An index with the same standings, whose changes this one does not see. This one must not be written any more.</summary>
    public StatusIndex Fork() => new(_lists.ToDictionary(list => list.Key, list => (Page?[])list.Value.Clone()));

    /// <summary>Hands out every page: list and number in 4 bytes each, then its words in this machine's byte order.</summary>
    internal void Save(Action<ReadOnlySpan<byte>> append)
    {
        Span<byte> place = stackalloc byte[PlaceBytes];
        foreach (var (list, pages) in _lists)
        {
            for (var number = 0; number < pages.Length; number++)
            {
                if (pages[number] is not { } page)
                    continue;
                BinaryPrimitives.WriteInt32BigEndian(place, list);
                BinaryPrimitives.WriteInt32BigEndian(place[sizeof(int)..], number);
                append(place);
                append(MemoryMarshal.AsBytes<uint>(page.Words));
            }
        }
    }

    /// <summary>What <see cref="Save"/> handed out; false for anything else.</summary>
    internal static bool TryLoad(ReadOnlySpan<byte> bytes, out StatusIndex index)
    {
        index = new StatusIndex();
        for (; bytes.Length >= PlaceBytes + PageBytes; bytes = bytes[(PlaceBytes + PageBytes)..])
        {
            var (list, number) = (BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[sizeof(int)..]));
            if (number is < 0 or >= PagesPerList)
                return false;
            bytes.Slice(PlaceBytes, PageBytes).CopyTo(MemoryMarshal.AsBytes(index.OwnPage(list, number).Words.AsSpan()));
        }

        return bytes.IsEmpty;
    }

    private Page OwnPage(int list, int number)
    {
        if (!_lists.TryGetValue(list, out var pages))
            _lists.Add(list, pages = new Page?[PagesPerList]);
        if (pages[number] is { } present && present.Owner == this)
            return present;
        var words = new uint[StandingsPerPage / StandingsPerWord];
        if (pages[number] is { } shared)
            shared.Words.CopyTo(words, 0);
        else
            Array.Fill(words, NotIssuedWord);
        var page = new Page(this, words);
        Volatile.Write(ref pages[number], page);
        return page;
    }

    private static int WordOf(int index) => (index & (StandingsPerPage - 1)) / StandingsPerWord;

    private static int ShiftOf(int index) => index % StandingsPerWord * BitsPerStanding;
}
