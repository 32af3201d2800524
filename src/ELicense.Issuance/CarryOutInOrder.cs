using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>Carries out approved matters, each kind by its own cycle: those that make versions and follow each other in chunks that overlap, any other by itself. Good for several threads.</summary>
internal sealed class CarryOutInOrder(Register register, AuthoritySettings settings, AuthorityKeys keys, RegisterQueries queries, TimeProvider clock)
{
    private readonly IssueLicense _issue = new(register, settings, keys, clock);
    private readonly ChangeStanding _change = new(register, settings, clock);
    private readonly ChangeCertificate _certificate = new(register, settings, clock);
    private readonly RecordMatter _record = new(register, settings, clock);
    private readonly CutOffSteps _cutOff = new(queries);
    private readonly MattersUnderWay _underWay = new();

    /// <param name="matters">Taken as the chunks before them are under way.</param>
    public void Run(IEnumerable<(long Id, MatterType Type)> matters, Action<CarryOutResult> released)
    {
        using var line = new IssuingLine(_issue, _cutOff, _underWay, released);
        var chunk = new List<long>();
        foreach (var (id, type) in matters)
        {
            if (type.MakesAVersion())
                chunk.Add(id);
            if (chunk.Count == settings.ChunkSize || (chunk.Count > 0 && !type.MakesAVersion()))
            {
                line.Add(chunk);
                chunk = [];
            }
            if (!type.MakesAVersion())
            {
                line.Finish();
                released(RunOne(id, type));
            }
        }

        if (chunk.Count > 0)
            line.Add(chunk);
        line.Finish();
    }

    private CarryOutResult RunOnce(long id, MatterType type) => type switch
    {
        MatterType.AnnualReport => _record.Run(id),
        MatterType.LossReport or MatterType.Replacement => _certificate.Run(id),
        _ => _change.Run(id),
    };

    private CarryOutResult RunOne(long id, MatterType type)
    {
        _underWay.Claim([id]);
        try
        {
            return _cutOff.Run(() => [RunOnce(id, type)])[0];
        }
        finally
        {
            _underWay.Release([id]);
        }
    }
}
