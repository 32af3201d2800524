using System.Runtime.InteropServices;

namespace ELicense.Pkcs11.Native;

/// <summary>An array of CK_ATTRIBUTE with its values in native memory, which it owns. Values are no secrets.</summary>
internal sealed unsafe class Template : IDisposable
{
    private readonly List<NativeAttribute> _attributes = [];

    public Template Add(ulong type, ReadOnlySpan<byte> value)
    {
        var memory = NativeMemory.Alloc((nuint)Math.Max(value.Length, 1));
        value.CopyTo(new Span<byte>(memory, value.Length));
        _attributes.Add(new NativeAttribute { Type = new CULong((nuint)type), Value = (nint)memory, ValueLength = new CULong((nuint)value.Length) });
        return this;
    }

    /// <summary>CK_BBOOL.</summary>
    public Template Add(ulong type, bool value) => Add(type, [value ? (byte)1 : (byte)0]);

    /// <summary>CK_ULONG.</summary>
    public Template Add(ulong type, ulong value)
    {
        var native = new CULong((nuint)value);
        return Add(type, MemoryMarshal.AsBytes(new ReadOnlySpan<CULong>(in native)));
    }

    /// <summary>Valid until the template changes or is disposed.</summary>
    public Span<NativeAttribute> Attributes => CollectionsMarshal.AsSpan(_attributes);

    public void Dispose()
    {
        foreach (var attribute in _attributes)
            NativeMemory.Free((void*)attribute.Value);
        _attributes.Clear();
    }
}
