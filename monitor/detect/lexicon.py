"""The words by which facts are recognised: jobs, cutting, hiring, roles, places, and everyday words."""

from __future__ import annotations

from importlib.resources import files


def words(text: str) -> frozenset[str]:
    """The words of a text as a set: word lists read better as text."""
    return frozenset(text.split())


EVERYDAY = frozenset(files("monitor.detect").joinpath("words.txt").read_text(encoding="ascii").split())
"""Words that news writes in lower case: in a headline of capitals they are no names."""

JOBS = words(
    """
    agents anstaellda anstallda arbeitnehmer arbeitsplaetze arbeitsplaetzen arbeitsplatze arbeitsplatzen
    associates banen bankers beschaeftigte beschaftigte collaborateurs colleagues consultants contractors crew
    designers developers doctors drivers editors empleados empleos emplois employee employees employes engineers
    execs executives faculty freelancers headcount inspectors job jobb jobben jobs journalists laborers
    labourers lawyers lecturers leute managers medarbetare medewerkers members miners mitarbeitende mitarbeiter
    moderators nurses officers people personas personer personnel personnes persons pilots position positions
    post postes posts ppl professors puestos rangers recruiters reporters researchers role roles salespeople
    scientists servants staff staffer staffers steelworkers stellen teachers technicians temps tjaenster
    tjanster trabajadores werknemers worker workers workforce writers
    """
)
"""Words for jobs and for those who hold them: what a headcount counts."""

CUT_NOUNS = words(
    """
    despidos dismissal dismissals entlassungen entlassungswelle firings furlough furloughs jobcuts joblosses
    kundigungen layoff layoffs licenciements massenentlassung massenentlassungen nedskarningar offs ontslagen
    ontslagronde redundancies redundancy retrenchment retrenchments sackings stellenabbau stellenstreichungen
    uppsagningar varsel
    """
)
"""Words that are cuts of jobs by themselves."""

SHRINK_NOUNS = words(
    """
    cull culls cut cutback cutbacks cuts elimination eliminations loss losses reduction reductions shedding
    """
)
"""After a word for jobs, these are cuts: "job cuts"."""

WORKFORCE = words(
    """
    employees force headcount jobs manpower payroll personnel ranks staff staffing team worforce workers
    workforce
    """
)
"""Words for all who work somewhere: what a percentage is a part of."""

CUT_VERBS = words(
    """
    abolish abolishes abolishing affect affected affecting affects ax axe axed axes axing baut carve carved
    carves carving chop chopped chopping chops close closes closing cull culled culling culls cut cuts cutting
    discontinue downsize downsized downsizes downsizing drop dropped dropping drops eject ejects eliminate eliminated
    eliminates eliminating hit hits idle idles idling impact impacted impacting impacts jettison jettisons lop
    lopped lopping lops lose loses losing lost offload pare pared pares paring prune prunes purge purged purges
    putting recorta recortar recortara reduce reduced reduces reducing release released releases releasing
    remove removed removes removing schrappen schrapt scrap scrapped scrapping scraps shave shaved shaves
    shaving shed shedding sheds shrink shrinking shrinks shut shuts shutter shutters slash slashed slashes
    slashing snip snipped snipping snips streichen streicht supprime suppriment supprimer suprime suprimir
    terminate terminated terminates terminating thinned thinning thins threaten threatening threatens trim
    trimmed trimming trimmmed trims winnow winnowed winnowing winnows
    """
)
"""Verbs that cut something: jobs, if a word for jobs follows."""

PEOPLE_VERBS = words(
    """
    despedir despedira despide despiden dismiss dismissed dismisses dismissing entlaesst entlassen entlasst fire
    fired fires firing furlough furloughed furloughing furloughs layoff layoffs licencie licencient licencier
    ontslaan ontslaat retrench retrenched retrenches retrenching sack sacked sacking sacks sager varsla varslar
    varslas
    """
)
"""Verbs that are done to people only."""

LAY = words("laid lay laying lays")
"""With "off", the verb."""

PARTING = words("farewell goodbye rif rifs severance")
"""Words that speak of people leaving whatever verb stands before them."""

CLOSING = words("close closed closes closing shut shuts shutter shuttered shutters shutting")
"""Verbs that end a place of work."""

WORKS = words("factories factory foundry mill mills mine mines plant plants pit pits refinery smelter")
WORKPLACES = WORKS | words(
    """
    branch branches centre centres depot depots hq office offices shop shops site sites store stores warehouse
    warehouses
    """
)
"""Places where people work, and those of them where hardly anybody else is."""

TRADES = words(
    """
    accountants administrators advisers analysts apprentices assemblers assistants attendants auditors bakers
    baristas barristers brewers brokers butchers carers carpenters cashiers chefs chemists cleaners clerks coders
    cooks couriers curators cutters dealers dockers dockworkers economists electricians firefighters fitters
    foremen guards instructors joiners lecturers librarians machinists makers marketers mechanics midwives
    operatives packers painters paramedics pharmacists photographers physicists planners plumbers porters
    printers producers programmers quants receptionists roughnecks sailors salesmen scaffolders seamen secretaries
    sellers shipbuilders specialists stevedores stewards stylists tailors technologists tellers testers therapists
    traders trainees trainers translators truckers tutors typists underwriters waiters weavers welders
    """
)
"""Who works, by what they do: people of an employer where it loses a number of them."""

ELSEWHERE = words(
    """
    airline airport airports animals appeal army asylum badgers birds bitcoin bonds calories cancel cancelled
    cancels cattle composite court cruise customers dead deer delayed delays died dollar dow drones earthquake episodes
    evict evicted eviction farms fire flight flights flood floods followers ftse futures gallery gunmen herd
    hackers homeless hostages hurt index injured inmates innings jail judge kg kilos killed kills kospi landlord lawsuit
    lawsuits lives migrants militants missiles museum nasdaq navy never nifty nikkei not outbreak patients poison
    police pounds prison prisoners pupils rebels recall refugees residents rockets routes runs school schools
    seats sensex shots soldiers stocks strike students subscribers tenants titles trading trains troops tsx users
    victims virus votes wicket wickets
    """
)
"""Words of what numbers count elsewhere, and of what does not happen: beside them a number alone is of anything."""

HIRE = words(
    """
    add added adding adds bring brings create created creates creating employ employed employing employs expand
    expands grew grow growing hire hired hires hiring join joined keep keeping keeps open opening opens reassign
    reassigned reassigning reassigns recruit recruited recruiting recruits rehire rehires rehiring reinstate
    reinstates relocate relocates relocating retain retains safeguard safeguards save saved saves saving secure
    secures transfer
    """
)
"""Verbs that say people come, stay or move: a number behind one is not of cut jobs."""

AFFECTED = words(
    """
    affected axed balance chop culled dismissed eliminated fired furloughed gehen go goes gone idled impacted
    jeopardy laid line lose loses losing lost notice reduced redundancy redundant removed retrenched risk sacked
    sags scrapped shed slashed terminated threat threatened trimmed uppsagda
    """
)
"""Words behind a count of jobs that say the jobs go."""

SAYING = words(
    """
    according agree agreed agrees aim aims announce announced announces announcing becomes began begin beginning
    begins blame blames blasted buys cancel cancels carries carry cites citing close closed closes closing complete
    completed completes conduct conducted conducting conducts confirm confirmed confirming confirms consider
    considering considers continue continues continuing decide decided decides denied denies deny ends exit exits
    expect expected expects eye eyes face faces facing file files finalises finalize finalizes get gets getting
    halts hit hits hope hopes implement implementing implements inform informed informing informs initiate initiates
    intend intends issue issued issues kick kicks launch launches launching look looking looks made make makes
    making merge merges mull mulls names need needs notified notifies notify notifying offer offering offers ousts
    pause pauses plan planned planning plans prepare prepares preparing propose proposed proposes pull pulls puts
    quit quits replaces report reported reportedly reports restructure restructures restructuring resume resumed
    resumes reveal revealed reveals said say says see seek seeks sees sell sells set sets shut shuts shutters
    shutting start started starting starts stops struggles struggling suffer suffers take takes taking tell tells
    told try trying undergo undergoes unveiled unveils want wants warn warned warns weigh weighs winds
    """
)
"""What companies do in headlines besides cutting: a name ends before one of these."""

AUXILIARY = words(
    """
    are be been being can could did do does going had has have is isn may might must should to was were will won
    would
    """
)

FILLER = words(
    """
    about abruptly again almost also another around as finally friday further he here how it its just monday
    more nearly new now officially once our over quietly reportedly roughly saturday she soon still suddenly
    sunday that their there these they this those thursday thus today tuesday up us we wednesday what when where
    who why yesterday
    """
)
"""Words that are never part of a name."""

SUBORDINATE = words(
    """
    after against ahead amid amidst among as because before by despite due during following for from how if in
    including into like on over since than that through under until via when where whether which while who whose
    why with without
    """
)
"""Words that begin an aside: who stands in it is not who cuts."""

ROLES = words(
    """
    analyst analysts arm board boss bosses brand ceo cfo chair chairman chairwoman chief cofounder coo cto
    department departments director division divisions email employee employees executive executives factories
    factory founder founders governor head investors job jobs layoff layoffs lead leader leaders letter
    management manager managers mayor memo mill mills minister newsroom note office offices plant post president
    restructuring secretary shareholders shares site sites spokesman spokesperson spokeswoman staff staffers
    stock store stores subsidiary svp talks team teams union unions unit units vp worker workers workforce
    """
)
"""Words that follow a company's name, and that a person's name may follow."""

DESCRIPTORS = words(
    """
    agency aggregator agritech airline app automaker backed based behemoth breaking brewer broadcaster broker
    brokerage builder business carmaker carrier chain chipmaker company conglomerate creator crypto decacorn
    developer ecommerce edtech exchange exclusive fintech firm foodtech giant healthtech heavyweight insurer
    insurtech leader led lender maker makers manufacturer marketplace neobank newspaper operator opinion outfit
    owned owner parent pioneer platform platforms player portal processor producer proptech provider publisher
    report retailer rival scoop site soonicorn sources specialist startup startups subsidiary supplier tech
    titan unicorn unit update upstart video watch website
    """
)
"""Words that stand before a company's name and say what it is."""

LEGAL_FORMS = words(
    """
    ab ag aps asa bhd bv corp corporation gmbh inc incorporated kg kk limited llc llp lp ltd nv oy oyj plc pte pty
    pvt sa sarl sas sdn se spa srl
    """
)
"""What stands behind a company's name and says only what it is before the law. With KGaA a name is another employer."""

FORMS = LEGAL_FORMS | words("co companies company group holding holdings private")
"""Legal forms, and words that are used like them: no part of what tells two names apart."""

NAME_TAILS = words(
    """
    ab aerospace ag ai air airlines airways america australia automotive bank beauty bio biosciences brands
    canada capital care center centre chemical chemicals china cloud co college corp council data digital
    education electronics energy entertainment europe express farms fashion financial food foods foundation
    freight games global gmbh group health holdings homes hospital hotels inc india industries institute
    insurance interactive international io japan lab labs learning llc logistics ltd market markets media
    medical mobility motor motors network networks news nv oil oy oyj partners pay payments pharma
    pharmaceuticals pictures plc post press publishing resorts restaurants robotics sa science sciences se
    security semiconductor semiconductors services shipping software solutions steel stores studio studios
    systems tech technologies technology telecom therapeutics times uk university usa ventures wireless works
    """
)
"""Everyday words that end names: after a word that is none, they belong to it."""

UNIT_TAILS = words(
    """
    ab ag ai america australia canada china cloud co companies company corp corporation division europe foundry
    france games germany global gmbh group holdings inc india international ireland japan labs llc ltd media
    music news north nv oy oyj pay plc research sa se services sports store stores studio studios team tv uk
    unit us
    """
)
"""Words behind a known company's name that still mean the company."""

NATIONALITIES = words(
    """
    african american argentine argentinian asian australian austrian belgian brazilian british bulgarian
    canadian chilean chinese colombian czech danish dutch egyptian emirati english estonian european federal
    filipino finnish french german ghanaian global greek hungarian icelandic indian indonesian irish israeli
    italian japanese kenyan korean latin latvian lithuanian local malaysian mexican national nigerian nordic
    norwegian pakistani peruvian polish portuguese romanian russian saudi scandinavian scottish singaporean
    spanish swedish swiss taiwanese thai turkish ukrainian vietnamese welsh
    """
)

PLACES = words(
    """
    adelaide africa alabama alberta america amsterdam angeles area argentina arizona asia atlanta austin
    australia austria aviv baltimore bangalore bangkok barcelona bay beijing belgium bengaluru berlin birmingham
    boston brazil brisbane britain brussels buffalo bulgaria calgary california canada carolina charlotte
    chennai chicago chile china cincinnati cleveland colombia colorado columbus connecticut copenhagen czechia
    dallas dc delhi denmark denver detroit diego dubai dublin edinburgh egypt england eu europe finland florida
    france francisco frankfurt geneva georgia germany glasgow greece hamburg helsinki hong houston hungary
    hyderabad iceland illinois india indiana indonesia iowa iran ireland israel italy jakarta japan jersey jose
    kansas kentucky kenya kong korea lagos lebanon london louisiana louisville madrid malaysia manchester manila
    massachusetts melbourne memphis mexico miami michigan midwest milan milwaukee minneapolis minnesota missouri
    montreal moscow mumbai munich nairobi nashville netherlands nevada nigeria norway nyc oakland ohio oklahoma
    omaha ontario oregon orlando osaka oslo ottawa pakistan paris pennsylvania perth peru philadelphia
    philippines phoenix pittsburgh poland portland portugal prague quebec queensland raleigh rochester romania
    rome russia sacramento scotland seattle seoul shanghai shenzhen silicon singapore spain stockholm sweden
    switzerland sydney taiwan tampa teesside tehran tel tennessee texas thailand tokyo toronto turkey uk ukraine
    us usa utah valley vancouver victoria vienna vietnam virginia wales warsaw washington wisconsin york
    yorkshire zealand zurich
    """
)

NEVER = (
    AUXILIARY
    | FILLER
    | SUBORDINATE
    | NATIONALITIES
    | words(
        """
        a afp agencies ai all am an analysis and any ap april august biden big billion breaking brexit business
        businesses but ceo cfo chairman cio cmo companies company congress coo coronavirus correction cost covid cpo
        cto cut cuts day days december doge dozens each economic economy employer employers end eur ev every evs
        exclusive factbox factory february fed few file firm firms government governments half hq hr hundreds
        industries industry inside january job jobs july june last latest layoff layoffs live major many march mass
        meet memo million month most musk next no not november october of opinion or pandemic pct percent photos pip
        plant pr president qa q1 q2 q3 q4 recession redundancies redundancy report reports reuters s second sector
        senate september several sf some source sources staff startup startups summary tech the third thousands
        tracker trump union unions update usd video virus watch week worker workers workforce year years
        """
    )
) - words("federal global it national new on")
"""Words that are no company's name."""

LONELY = words(
    """
    agency bank city cloud corp council county defense department east education energy enterprises federal
    first games global health house inc it list ltd media ministry national new north on south state street
    tech treasury tv wall west white
    """
)
"""Words that may be part of a name but are none alone."""
