namespace ELicense.Web.Limits;

/// <summary>What a request is charged before it is answered, in hundredths of a signature to verify; metadata of an endpoint. One that has none is a page.</summary>
public sealed class WorkPrice
{
    private WorkPrice(int hundredths) => Hundredths = hundredths;

    public int Hundredths { get; }

    /// <summary>Never limited: whether the process lives.</summary>
    public static WorkPrice Free { get; } = new(0);

    /// <summary>A file, or an answer that is kept.</summary>
    public static WorkPrice Kept { get; } = new(10);

    /// <summary>A verdict without a signature to compute.</summary>
    public static WorkPrice LookUp { get; } = new(25);

    /// <summary>A page to render.</summary>
    public static WorkPrice Page { get; } = new(50);

    /// <summary>A page of a list: a signature for each of its entries at most, and a search that is bounded.</summary>
    public static WorkPrice List { get; } = new(2000);

    /// <summary>A signature to compute; what cannot be read costs as much.</summary>
    public static WorkPrice Signature { get; } = new(100);
}
